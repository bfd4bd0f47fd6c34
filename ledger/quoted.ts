/** The price that a caller was told, and the catalog version that it is of. */
export interface Quoted {
  credits: number;
  catalogVersion: string;
}

/** The same as SQL takes it. */
export const quoteOf = ({ credits, catalogVersion }: Quoted) => ({
  credits,
  catalogVersion: Number(catalogVersion),
});
