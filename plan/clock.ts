/** Where every job, script and test takes the time from; UTC by construction. */
export type Clock = () => Date;
