/** An answer other than success, in the words of the Storage service; S3 routes send it as XML, HTTP routes as JSON. */
export class StorageRefusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "StorageRefusal";
    this.status = status;
    this.code = code;
  }
}

/** @see https://supabase.com/docs/guides/storage/debugging/error-codes */
export const refusals = {
  noSuchBucket: () => new StorageRefusal(404, "NoSuchBucket", "Bucket not found"),
  noSuchKey: () => new StorageRefusal(404, "NoSuchKey", "Object not found"),
  noSuchUpload: () => new StorageRefusal(404, "NoSuchUpload", "Upload not found"),
  bucketExists: () => new StorageRefusal(409, "BucketAlreadyExists", "The resource already exists"),
  bucketNotEmpty: () =>
    new StorageRefusal(409, "ResourceNotEmpty", "The bucket you tried to delete is not empty"),
  invalidBucketName: () => new StorageRefusal(400, "InvalidBucketName", "Bucket name invalid"),
  invalidKey: (key: string) => new StorageRefusal(400, "InvalidKey", `Invalid key: ${key}`),
  tooLarge: () => new StorageRefusal(413, "EntityTooLarge", "The object exceeded the maximum allowed size"),
  invalidMimeType: (type: string) =>
    new StorageRefusal(415, "InvalidMimeType", `mime type ${type} is not supported`),
  accessDenied: (message = "Access denied") => new StorageRefusal(403, "AccessDenied", message),
  malformedXml: () =>
    new StorageRefusal(400, "MalformedXML", "The XML you provided was not well-formed or did not validate"),
  invalidRequest: (message: string) => new StorageRefusal(400, "InvalidRequest", message),
  missingParameter: (name: string) =>
    new StorageRefusal(400, "MissingParameter", `Missing Required Parameter ${name}`),
  invalidParameter: (name: string) =>
    new StorageRefusal(400, "InvalidParameter", `Invalid Parameter ${name}`),
  invalidRange: () => new StorageRefusal(416, "InvalidRange", "The requested range is not satisfiable"),
  preconditionFailed: () =>
    new StorageRefusal(412, "PreconditionFailed", "At least one of the pre-conditions did not hold"),
  badDigest: (what: string) =>
    new StorageRefusal(400, "BadDigest", `The ${what} you specified did not match what we received`),
  incompleteBody: () =>
    new StorageRefusal(400, "IncompleteBody", "The body does not have the announced number of bytes"),
  databaseUnavailable: () =>
    new StorageRefusal(544, "DatabaseTimeout", "The connection to the database timed out"),
  notImplemented: () =>
    new StorageRefusal(501, "NotImplemented", "A header or query you provided is not implemented"),
} as const;
