/**
 * A condition or a function with one operand of an AND left out, each in turn. What an OR joins is not taken apart: without it
 * less is allowed, which harms nobody but is noticed by those who then may not.
 */
export function withoutClauses(text) {
  const found = [];
  const starts = [0];
  const groups = [];
  let quoted = false;
  // An apostrophe in a comment begins no text.
  const said = text.replace(/--[^\n]*/g, (comment) => ' '.repeat(comment.length));
  for (let at = 0; at < text.length; at += 1) {
    if (said[at] === "'") quoted = !quoted;
    if (quoted) continue;
    if (said[at] === '(') starts.push(at + 1);
    if (said[at] === ')' || at === text.length - 1) groups.push([starts.pop() ?? 0, said[at] === ')' ? at : at + 1]);
  }
  for (const [from, to] of groups) {
    const inner = text.slice(from, to);
    // The stretches at this depth that are joined by AND, each within its own clause of the statement.
    for (const piece of pieces(inner)) {
      const operands = split(piece.text);
      if (operands.length < 2) continue;
      operands.forEach((one, index) => {
        const rest = operands.filter((_, other) => other !== index).map((other) => other.text.trim()).join(' AND ');
        const begin = from + piece.at;
        found.push({ name: `without « ${one.text.trim().replace(/\s+/g, ' ').slice(0, 140)} »`, text: `${text.slice(0, begin)} ${rest} ${text.slice(begin + piece.text.length)}` });
      });
    }
  }
  return found;
}

const words = /\b(SELECT|FROM|WHERE|JOIN|ON|INTO|THEN|RETURN|IF|WHEN|END|AS|UNION|LIMIT|BEGIN|DECLARE|ELSE)\b|;|:=|\$\$|\$function\$/g;
/** What stands between the words of a statement, at the depth of the text itself. */
function pieces(text) {
  const flat = masked(text);
  const cuts = [...flat.matchAll(words)];
  const all = [];
  let from = 0;
  for (const cut of [...cuts, { index: flat.length, 0: '' }]) {
    all.push({ at: from, text: text.slice(from, cut.index) });
    from = cut.index + cut[0].length;
  }
  return all;
}
/** What an AND joins, which binds closer than an OR beside it: such a mixture is left to its parentheses. */
function split(text) {
  const flat = masked(text);
  if (/\bOR\b/.test(flat)) return [];
  const parts = [];
  let from = 0;
  for (const cut of flat.matchAll(/\bAND\b/g)) {
    parts.push({ text: text.slice(from, cut.index) });
    from = cut.index + 'AND'.length;
  }
  return [...parts, { text: text.slice(from) }];
}
/** The same length, with all that stands in parentheses, quotes and comments blotted out. */
function masked(text) {
  let depth = 0;
  let quoted = false;
  let result = '';
  for (const letter of text.replace(/--[^\n]*/g, (comment) => ' '.repeat(comment.length))) {
    if (letter === "'") quoted = !quoted;
    if (letter === '(') depth += 1;
    result += depth > 0 || quoted || letter === "'" ? '_' : letter;
    if (letter === ')') depth -= 1;
  }
  return result;
}

/** A function without one of its early refusals, or with yes for its last answer. */
export function withoutReturns(text) {
  const early = [...text.matchAll(/IF [^;]*? THEN RETURN(?: false)?; END IF;/g)].map(([one]) => ({ name: `without « ${one.slice(0, 140)} »`, text: text.replace(one, '') }));
  const last = /RETURN (?!QUERY)([^;]*);(?=\s*END)/.exec(text.replace(/THEN RETURN [^;]*; END IF;/g, (all) => all.replaceAll('RETURN', 'return')));
  if (last === null || !/RETURNS boolean/.test(text)) return early;
  return [...early, { name: 'answers true', text: `${text.slice(0, last.index)}RETURN true;${text.slice(last.index + last[0].length)}` }];
}
