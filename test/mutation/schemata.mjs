import ts from 'typescript';

/**
 * Every clause of a source taken out in turn, all in one file: each place that can be changed asks `__mutant` which of its
 * changes is on, so that a file is compiled and loaded once for all of them.
 *
 * @param only names of functions, tables or classes at the top of the file, or `Class.method`; everything when absent
 * @returns the source, and the changes in the order of their numbers (from `first`)
 */
export function schemata(file, text, first, only) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const mutants = [];
  const edits = [];
  const seen = new Map();
  const at = (node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const short = (node) => node.getText(source).replace(/\s+/g, ' ').slice(0, 120);
  const add = (node, change) => {
    // Told by its words and not by its line, so that a list of survivors outlives a line that is added above.
    const words = `${file}: ${change} « ${short(node)} »`;
    const nth = (seen.get(words) ?? 0) + 1;
    seen.set(words, nth);
    mutants.push({ number: first + mutants.length, name: nth === 1 ? words : `${words} (${nth})`, line: at(node) });
    return first + mutants.length - 1;
  };
  const operandsOf = (node, kind) => (ts.isBinaryExpression(node) && node.operatorToken.kind === kind ? [...operandsOf(node.left, kind), ...operandsOf(node.right, kind)] : [node]);
  const logical = (node) => ts.isBinaryExpression(node) && (node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken || node.operatorToken.kind === ts.SyntaxKind.BarBarToken);
  const isTest = (node) => {
    if (!ts.isExpression(node)) return false;
    const { parent } = node;
    if (ts.isIfStatement(parent) && parent.expression === node) return true;
    if (ts.isConditionalExpression(parent) && parent.condition === node) return true;
    return ts.isBinaryExpression(node) && [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken, ts.SyntaxKind.LessThanToken, ts.SyntaxKind.LessThanEqualsToken, ts.SyntaxKind.GreaterThanEqualsToken, ts.SyntaxKind.GreaterThanToken].includes(node.operatorToken.kind);
  };
  const wrap = (node, changes) => {
    const inner = changes.map(([number, replacement]) => `globalThis.__mutant === ${number} ? (${replacement}) : `).join('');
    edits.push({ from: node.getStart(source), to: node.end, before: `(${inner}(`, after: '))' });
  };
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isImportDeclaration(node) || ts.isDecorator(node)) return;
    if (logical(node) && !(logical(node.parent) && node.parent.operatorToken.kind === node.operatorToken.kind)) {
      const operands = operandsOf(node, node.operatorToken.kind);
      const sign = node.operatorToken.getText(source);
      // What is narrowed by a clause before it need not make sense without it: that is an error then, and noticed as one.
      wrap(node, operands.map((one, index) => [add(one, `without`), operands.filter((_, other) => other !== index).map((other) => `(${other.getText(source)})`).join(` ${sign} `)]));
    }
    if (isTest(node)) wrap(node, [[add(node, 'turned round'), `!(${node.getText(source)})`]]);
    if (ts.isArrowFunction(node) && ts.isPropertyAssignment(node.parent) && node.parent.name.getText(source) === 'holds' && !ts.isBlock(node.body)) wrap(node.body, [[add(node.body, 'always'), 'true']]);
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && ['filter', 'some', 'every'].includes(node.expression.name.text)) {
      const name = node.expression.name.text;
      wrap(node, [[add(node, `without ${name}`), name === 'filter' ? node.expression.expression.getText(source) : 'true']]);
    }
    if (ts.isIfStatement(node) && node.elseStatement === undefined && (ts.isReturnStatement(node.thenStatement) || ts.isThrowStatement(node.thenStatement))) wrap(node.expression, [[add(node, 'without'), 'false']]);
    ts.forEachChild(node, visit);
  };
  const wanted = new Set();
  const found = (name) => only?.includes(name) === true && wanted.add(name).has(name);
  for (const statement of source.statements) {
    const names = ts.isVariableStatement(statement) ? statement.declarationList.declarations.map((one) => one.name.getText(source)) : [statement.name?.text];
    if (only === undefined || names.some((name) => found(name))) visit(statement);
    else if (ts.isClassDeclaration(statement)) for (const member of statement.members) if (found(`${statement.name?.text}.${member.name?.getText(source)}`)) visit(member);
  }
  const missing = (only ?? []).filter((name) => !wanted.has(name));
  if (missing.length > 0) throw new Error(`${file} has no ${missing.join(', ')}`);
  return { mutants, text: applied(text, edits) };
}

/** Inner edits stand within outer ones: what is put before comes outermost first, what is put after innermost first. */
function applied(text, edits) {
  const inserts = edits.flatMap((edit, order) => [
    { at: edit.from, text: edit.before, rank: [1, -(edit.to - edit.from), order] },
    { at: edit.to, text: edit.after, rank: [0, edit.to - edit.from, -order] },
  ]);
  inserts.sort((a, b) => a.at - b.at || a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2]);
  let result = '';
  let from = 0;
  for (const one of inserts) {
    result += text.slice(from, one.at) + one.text;
    from = one.at;
  }
  return result + text.slice(from);
}
