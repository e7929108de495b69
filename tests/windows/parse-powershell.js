// node parse-powershell.js FILE: parses a PowerShell script; prints what is wrong with it, and ends with 1 then.
const fs = require('fs');
const { Language, Parser } = require('@vscode/tree-sitter-wasm');

const wrong = (node) => {
  if (node.isError || node.isMissing) return [node];
  return node.hasError ? node.children.flatMap(wrong) : [];
};

const parse = async (file) => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm')));
  const text = fs.readFileSync(file, 'utf8');
  const { rootNode } = parser.parse(text);
  for (const node of wrong(rootNode)) {
    const what = node.isMissing ? `${node.type} is missing` : `not understood: ${node.text.split('\n')[0].slice(0, 60)}`;
    console.log(`${file}:${node.startPosition.row + 1}:${node.startPosition.column + 1}: ${what}`);
  }
  if (!rootNode.hasError) console.log(`${file}: ${text.split('\n').length - 1} lines of PowerShell`);
  process.exitCode = rootNode.hasError ? 1 : 0;
};

parse(process.argv[2]);
