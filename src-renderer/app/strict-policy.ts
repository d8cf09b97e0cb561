// Imported before everything else. zod compiles parsers with `new Function` where it may, and finds out by trying; the
// page's policy forbids it and reports each try as a violation. It reads this object when its own module is evaluated,
// which happens in whichever lazy chunk touches a schema first, so the wish must stand before any of them.
const wish = globalThis as { __zod_globalConfig?: { jitless?: boolean } };
wish.__zod_globalConfig = { ...wish.__zod_globalConfig, jitless: true };

export {};
