// What Node, Chromium and every worker share, and nothing of either: the pure rooms may use these globals only.
declare class TextEncoder { encode(text?: string): Uint8Array; }
declare class TextDecoder { constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }); decode(bytes?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string; }
declare class AbortSignal { readonly aborted: boolean; readonly reason: unknown; throwIfAborted(): void; addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void; removeEventListener(type: "abort", listener: () => void): void; static any(signals: readonly AbortSignal[]): AbortSignal; static timeout(ms: number): AbortSignal; }
declare class AbortController { readonly signal: AbortSignal; abort(reason?: unknown): void; }
declare function setTimeout(run: () => void, ms?: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function queueMicrotask(run: () => void): void;
declare function structuredClone<T>(value: T): T;
declare class URL { constructor(url: string, base?: string); readonly protocol: string; readonly hostname: string; readonly pathname: string; readonly host: string; readonly port: string; readonly search: string; readonly hash: string; }
declare namespace crypto { function getRandomValues<T extends ArrayBufferView>(into: T): T; function randomUUID(): string; }
