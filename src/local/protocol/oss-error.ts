/**
 * A refusal of the object store, as it goes to the client: HTTP status, OSS error code, message and further
 * XML elements. It never leaves the server as an exception.
 */
export class OssError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "OssError";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export function objectNotFound(key: string): OssError {
  return new OssError(404, "NoSuchKey", "The specified key does not exist.", { Key: key });
}

export function uploadNotFound(uploadId: string): OssError {
  return new OssError(404, "NoSuchUpload", "The specified upload does not exist.", { UploadId: uploadId });
}

export function accessDenied(message: string): OssError {
  return new OssError(403, "AccessDenied", message);
}

export function invalidArgument(name: string, value: string, expected: string): OssError {
  return new OssError(400, "InvalidArgument", `${name} must be ${expected}.`, {
    ArgumentName: name,
    ArgumentValue: value,
  });
}

export function notImplemented(what: string): OssError {
  return new OssError(501, "NotImplemented", `The local object store does not implement ${what}.`);
}
