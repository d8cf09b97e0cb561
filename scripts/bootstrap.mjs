// Where every npm script begins, on whatever Node the machine has. Everything is in set-up.mjs; this file is apart so that
// a Node too old to read that one (Ubuntu 22.04 brings Node 12) still gets as far as the sentence that says so.
if (Number(process.versions.node.split(".")[0]) < 20) {
  process.stderr.write(`\nThis is Node ${process.versions.node}; SENA's set-up needs Node 20 or newer to begin with (it brings its own Node 24 afterwards). Install a newer Node and run the same command again.\n`);
  process.exit(1);
}
import("./set-up.mjs");
