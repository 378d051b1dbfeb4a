/** msgpackr's extension types, as its documentation names them. */
export const UNDEFINED = 0x00;
export const BIGINT = 0x42;
export const REFERENCED = 0x69;
export const POINTER = 0x70;
export const RECORD = 0x72;
export const SET = 0x73;
export const TYPED_ARRAY = 0x74;
export const REGEXP = 0x78;

/** MessagePack's token that is never used, which the structured form has uses for. */
export const NEVER_USED = 0xc1;
