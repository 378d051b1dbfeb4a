/** Options of a client whose deadlines are no matter of the test: its server may be slow to get its turn. */
export const PATIENT = { timeoutMs: 20_000, connectionTimeoutMs: 20_000 } as const;
