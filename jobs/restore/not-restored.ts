/** Something of the point that the target cannot have: named in the result, never dropped in silence. */
export interface NotRestored {
  /** The role, owner, grant or object. */
  readonly what: string;
  readonly why: string;
}
