export type { ClientSubject, ClientTestContext, ClientTests } from './client-context.js';
export { type ClientSuiteOptions, clientSuite } from './client-suite.js';
export { type CodecSamples, codecSuite } from './codec-suite.js';
export { type CompressorSamples, compressorSuite } from './compressor-suite.js';
export { OPERATION_ROWS, type OperationRow } from './operation-rows.js';
export { rejection, rejections } from './rejection.js';
export type { TransportSubject } from './transport-context.js';
export { type TransportSuiteOptions, transportSuite } from './transport-suite.js';
