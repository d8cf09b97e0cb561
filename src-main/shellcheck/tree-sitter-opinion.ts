import type { Node, Parser } from "web-tree-sitter";
import type { SecondOpinion } from "./second-opinion.ts";

// The second reader: tree-sitter's bash grammar. The parser is handed in ready, with its language loaded from bytes by whoever composes the
// rooms, so that this room stays without files and without a Node API.

/** The wasm heap grows with the text and never shrinks; what is longer than this is a person's to read. */
const LONGEST = 16_384;

export function treeSitterOpinion(parser: Pick<Parser, "parse">): SecondOpinion {
  return (script) => {
    if (script.length > LONGEST) return undefined;
    const tree = parser.parse(script);
    if (tree === null) return undefined;
    try {
      if (tree.rootNode.hasError) return undefined;
      const found: (readonly string[])[] = [];
      collect(tree.rootNode, found);
      return found;
    } finally {
      tree.delete();
    }
  };
}

const REDIRECTS = new Set(["file_redirect", "herestring_redirect", "heredoc_redirect", "variable_assignment"]);
const EXPRESSIONS = new Set(["unary_expression", "binary_expression", "negated_expression", "parenthesized_expression"]);

function collect(node: Node, found: (readonly string[])[]): void {
  if (node.type === "command") {
    const words = childrenOf(node).filter(({ type }) => !REDIRECTS.has(type)).map(({ text }) => text);
    // tree-sitter has no `time` keyword: it takes the word for the name of a program.
    const own = words[0] === "time" ? words.slice(words[1] === "-p" ? 2 : 1) : words;
    if (own.length > 0) found.push(own);
  } else if (node.type === "test_command" && node.firstChild?.text === "[") found.push(flatWords(node));
  for (const child of childrenOf(node)) collect(child, found);
}

const childrenOf = (node: Node): readonly Node[] => node.children.filter((child) => child !== null);

const flatWords = (node: Node): readonly string[] => childrenOf(node).flatMap((child) => (EXPRESSIONS.has(child.type) ? flatWords(child) : [child.text]));
