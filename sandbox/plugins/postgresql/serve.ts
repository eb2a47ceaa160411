import { serveProvider } from "../serve-provider.ts";
import { postgresqlProvider } from "./postgresql-provider.ts";

/** The module that the engine starts for the package `postgresql`. */
await serveProvider(postgresqlProvider());
