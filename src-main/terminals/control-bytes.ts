// Bytes by which everyone here reads the same stream: two readings of one would let something pass between them.

export const ESC = 0x1b;
export const LF = 0x0a;
export const CR = 0x0d;
export const SEMICOLON = 0x3b;
