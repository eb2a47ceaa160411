/**
 * node:http, without what an import adds to it: an import reads every export, and those for WebSockets load the whole
 * of fetch, which takes 30 to 70 ms of a command's start.
 */
export const http = process.getBuiltinModule("node:http");
