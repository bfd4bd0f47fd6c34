/** The packages that stand in the client's own. */
export declare const BUNDLED: string[];
