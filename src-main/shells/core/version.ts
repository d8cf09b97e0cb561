/** The build replaces it with package.json's; run from source it says so. */
declare const __SENA_VERSION__: string | undefined;
export const VERSION: string = typeof __SENA_VERSION__ === "string" ? __SENA_VERSION__ : "0.1.0-source";
