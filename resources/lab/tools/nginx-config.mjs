// Enough of nginx's configuration grammar to find what nginx -t finds first: an unknown directive, a missing semicolon, a
// brace too few or too many, a directive in the wrong place.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { at } from "./host.mjs";

const HTTP = "include types default_type sendfile tcp_nopush tcp_nodelay keepalive_timeout keepalive_requests types_hash_max_size server_tokens server_names_hash_bucket_size server_name_in_redirect ssl_protocols ssl_prefer_server_ciphers ssl_ciphers ssl_session_cache ssl_session_timeout ssl_session_tickets ssl_certificate ssl_certificate_key ssl_stapling access_log error_log log_format gzip gzip_vary gzip_proxied gzip_comp_level gzip_types gzip_min_length upstream server map geo limit_req_zone limit_req limit_conn_zone limit_conn client_max_body_size client_body_timeout client_header_timeout send_timeout proxy_pass proxy_set_header proxy_read_timeout proxy_connect_timeout proxy_send_timeout proxy_http_version proxy_buffering proxy_buffers proxy_buffer_size proxy_redirect proxy_cache proxy_cache_path proxy_hide_header proxy_ssl_verify proxy_next_upstream add_header expires root index try_files location listen server_name return rewrite if set alias autoindex allow deny auth_basic auth_basic_user_file error_page internal stub_status real_ip_header set_real_ip_from resolver charset etag fastcgi_pass fastcgi_param uwsgi_pass http2 deny satisfy break etag keepalive zone least_conn ip_hash hash client_body_buffer_size large_client_header_buffers reset_timedout_connection open_file_cache";
const KNOWN = {
  main: new Set("user worker_processes pid error_log include events http stream load_module worker_rlimit_nofile daemon env".split(" ")),
  events: new Set("worker_connections multi_accept use".split(" ")),
  upstream: new Set("server keepalive zone least_conn ip_hash hash include".split(" ")),
  http: new Set(HTTP.split(" ")),
};
const FREE = new Set(["types", "map", "geo"]);

/** The first fault as nginx words it, or undefined. */
export function checkConfig(file) {
  try {
    readFile(file, "main", undefined, []);
    return undefined;
  } catch (error) {
    if (error.fault) return `nginx: [emerg] ${error.fault}`;
    throw error;
  }
}

/** What `nginx -T` prints: every file that is read, in order. */
export function filesOf(file) {
  const seen = [];
  try {
    readFile(file, "main", undefined, seen);
  } catch (error) {
    if (!error.fault) throw error;
  }
  return seen;
}

const fault = (text) => Object.assign(new Error(text), { fault: text });

function readFile(file, context, from, seen) {
  if (!existsSync(at(file))) throw fault(`open() "${file}" failed (2: No such file or directory)${from ? ` in ${from}` : ""}`);
  seen.push(file);
  const stack = [context];
  for (const { words, end, line } of statements(readFileSync(at(file), "utf8"), file)) {
    const where = `${file}:${line}`;
    if (end === "}") {
      if (words.length > 0) throw fault(`unexpected "}" in ${where}`);
      if (stack.length === 1) throw fault(`unexpected "}" in ${where}`);
      stack.pop();
      continue;
    }
    const inside = stack.at(-1);
    const [name, ...args] = words;
    if (name === undefined) throw fault(`unexpected "${end}" in ${where}`);
    if (!FREE.has(inside)) {
      const known = KNOWN[inside] ?? KNOWN.http;
      if (!known.has(name)) throw fault(Object.values(KNOWN).some((set) => set.has(name)) ? `"${name}" directive is not allowed here in ${where}` : `unknown directive "${name}" in ${where}`);
      if (name === "proxy_pass" && !/^https?:\/\/[^/\s]+/.test(args[0] ?? "")) throw fault(args.length === 0 ? `invalid number of arguments in "proxy_pass" directive in ${where}` : `invalid URL prefix in ${where}`);
      if ((name === "ssl_certificate" || name === "ssl_certificate_key") && !existsSync(at(args[0] ?? ""))) throw fault(`cannot load certificate "${args[0]}": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory) in ${where}`);
      if (name === "listen" && !/^(\[[0-9a-f:]+\]:)?([\d.]+:)?\d{1,5}$/.test(args[0] ?? "")) throw fault(`invalid parameter "${args[0] ?? ""}" in ${where}`);
    }
    if (end === "{") stack.push(KNOWN[name] || FREE.has(name) ? name : "http");
    else if (name === "include" && !FREE.has(inside)) for (const path of expand(args[0] ?? "", file)) readFile(path, inside, where, seen);
  }
  if (stack.length > 1) throw fault(`unexpected end of file, expecting "}" in ${file}:${readFileSync(at(file), "utf8").split("\n").length}`);
}

function expand(pattern, from) {
  const path = pattern.startsWith("/") ? pattern : `/etc/nginx/${pattern}`;
  if (!path.includes("*")) return [path];
  const folder = path.slice(0, path.lastIndexOf("/"));
  const shape = new RegExp(`^${path.slice(folder.length + 1).split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join("[^/]*")}$`);
  if (folder === from) return [];
  return existsSync(at(folder)) ? readdirSync(at(folder)).filter((name) => !name.startsWith(".") && shape.test(name)).sort().map((name) => `${folder}/${name}`) : [];
}

function* statements(text, file) {
  let words = [];
  let word = "";
  let line = 1;
  let first = 1;
  const push = () => {
    if (word !== "") words.push(word);
    word = "";
  };
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (c === "#" && word === "") {
      while (i < text.length && text[i] !== "\n") i += 1;
      line += 1;
      push();
    } else if (c === '"' || c === "'") {
      const start = line;
      let end = i + 1;
      while (end < text.length && text[end] !== c) {
        if (text[end] === "\\") end += 1;
        if (text[end] === "\n") line += 1;
        end += 1;
      }
      if (end >= text.length) throw fault(`unexpected end of file, expecting "${c}" in ${file}:${start}`);
      if (words.length === 0 && word === "") first = start;
      word += text.slice(i + 1, end) || " ";
      i = end;
    } else if (/\s/.test(c)) {
      push();
      if (c === "\n") line += 1;
    } else if (c === ";" || c === "}" || (c === "{" && !word.endsWith("$"))) {
      push();
      yield { words, end: c, line: words.length > 0 && c !== "}" ? first : line };
      words = [];
    } else {
      if (words.length === 0 && word === "") first = line;
      word += c;
    }
  }
  push();
  if (words.length > 0) throw fault(`unexpected end of file, expecting ";" or "}" in ${file}:${line}`);
}
