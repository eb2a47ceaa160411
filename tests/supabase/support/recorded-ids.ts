/** A project's ref, as in all the answers below. */
export const REF = "abcdefghijklmnopqrst";
export const BRANCH_REF = "tsrqponmlkjihgfedcba";
export const BRANCH_ID = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
export const API_KEY_ID = "0b0e3f4a-1c2d-4e5f-8a9b-0c1d2e3f4a5b";
