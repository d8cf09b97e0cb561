// electron-builder's afterPack: every fuse set, each with its reason. An Electron with a fuse we do not name fails here.
const { join } = require("node:path");

const EXECUTABLE = {
  linux: ({ appOutDir, packager }) => join(appOutDir, packager.executableName),
  win32: ({ appOutDir, packager }) => join(appOutDir, `${packager.appInfo.productFilename}.exe`),
  darwin: ({ appOutDir, packager }) => join(appOutDir, `${packager.appInfo.productFilename}.app`, "Contents", "MacOS", packager.appInfo.productFilename),
};

exports.default = async function afterPack(context) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import("@electron/fuses");
  const executable = EXECUTABLE[context.electronPlatformName](context);
  await flipFuses(executable, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    resetAdHocDarwinSignature: context.electronPlatformName === "darwin",
    [FuseV1Options.RunAsNode]: false, // SENA must not be a Node for whoever can start it
    [FuseV1Options.EnableCookieEncryption]: false, // there are no cookies; on, it would ask for the keychain
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false, // the environment must not load code (on-prem CAs are SENA's own setting)
    [FuseV1Options.EnableNodeCliInspectArguments]: false, // nor open a debugger
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true, // no app/ folder beside the archive takes its place
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false, // there is none
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false, // nothing is loaded from file://
    [FuseV1Options.WasmTrapHandlers]: true, // Cedar and tree-sitter run as WebAssembly, at full speed
  });
};
