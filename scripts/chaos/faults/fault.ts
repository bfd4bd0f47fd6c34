import type { Asked } from '../comparison/asked';
import type { Random } from '../random';
import type { World } from '../world/world';
import type { Operator } from './operator';

export interface Disturbed {
  world: World;
  asked: Asked;
  operator: Operator;
  random: Random;
}

/** Something that goes wrong for a while. */
export interface Fault {
  name: string;
  /** What it disturbs: nothing is disturbed in two ways at once. */
  on: string;
  /** Why this machine can't have it; undefined where it can. */
  impossible?: (world: World) => string | undefined;
  /** How long it stays; none where it is over as soon as it has happened. */
  ms?: { least: number; most: number };
  /** Makes it. Whether anything has happened: there may be nothing to disturb. */
  begin(disturbed: Disturbed): Promise<boolean>;
  /** Ends it; what it had killed is started again. */
  end?(disturbed: Disturbed): Promise<void>;
}
