/** The fixed reply lines of a server, without CRLF. Source: memcached 1.6.18, proto_text.c. */
export const ReplyLine = {
  STORED: 'STORED',
  NOT_STORED: 'NOT_STORED',
  EXISTS: 'EXISTS',
  NOT_FOUND: 'NOT_FOUND',
  DELETED: 'DELETED',
  TOUCHED: 'TOUCHED',
  OK: 'OK',
  END: 'END',
  RESET: 'RESET',
  /** An unknown command, or a wrong number of words. */
  ERROR: 'ERROR',
  BAD_LINE: 'CLIENT_ERROR bad command line format',
  /** The body is not as long as announced. */
  BAD_BODY: 'CLIENT_ERROR bad data chunk',
  BAD_EXPTIME: 'CLIENT_ERROR invalid exptime argument',
  BAD_DELTA: 'CLIENT_ERROR invalid numeric delta argument',
  BAD_DELETE: 'CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]',
  NOT_A_NUMBER: 'CLIENT_ERROR cannot increment or decrement non-numeric value',
  BAD_CLASS: 'BADCLASS invalid class id',
  TOO_LARGE: 'SERVER_ERROR object too large for cache',
  NO_MEMORY: 'SERVER_ERROR out of memory storing object',
  NO_MEMORY_FOR_COUNTER: 'SERVER_ERROR out of memory',
} as const;
