export { parseInt32, parseUint32, parseUint64 } from './c-integer.js';
export { ReplyLine } from './reply-line.js';
export { ReplyWriter } from './reply-writer.js';
export type { RequestReaderOptions } from './request-reader.js';
export { RequestReader } from './request-reader.js';
export type {
  ArithmeticRequest,
  CloseRequest,
  ConfigRequest,
  DeleteRequest,
  FlushRequest,
  MetadumpRequest,
  RefusedRequest,
  RequestOf,
  RetrieveRequest,
  ServerRequest,
  ServerVerb,
  StatsRequest,
  StoreRequest,
  TouchRequest,
  VerbosityRequest,
  VersionRequest,
} from './server-request.js';
