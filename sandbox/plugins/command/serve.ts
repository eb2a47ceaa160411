import { serveProvider } from "../serve-provider.ts";
import { commandProvider } from "./command-provider.ts";

/** The module that the engine starts for the package `command`. */
await serveProvider(commandProvider);
