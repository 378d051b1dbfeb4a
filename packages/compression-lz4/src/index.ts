export { lz4Compressor } from './lz4-compressor.js';
