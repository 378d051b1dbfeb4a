/** What an embedded server counts; `stats reset` sets all of it to 0. */
export class Statistics {
  totalConnections = 0;
  cmdGet = 0;
  cmdSet = 0;
  cmdFlush = 0;
  cmdTouch = 0;
  getHits = 0;
  getMisses = 0;
  getExpired = 0;
  getFlushed = 0;
  deleteMisses = 0;
  deleteHits = 0;
  incrMisses = 0;
  incrHits = 0;
  decrMisses = 0;
  decrHits = 0;
  casMisses = 0;
  casHits = 0;
  casBadval = 0;
  touchHits = 0;
  touchMisses = 0;
  storeTooLarge = 0;
  storeNoMemory = 0;
  bytesRead = 0;
  bytesWritten = 0;
  totalItems = 0;
  evictions = 0;
  reclaimed = 0;

  /** Starts all counts anew. */
  reset(): void {
    Object.assign(this, new Statistics());
  }
}
