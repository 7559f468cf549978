// The year plan as a mixed integer program for HiGHS, in the LP format. It takes candidates and what each costs by itself from the
// model, and everything between them anew and in another way than the search does: for each person and each kind of day a
// path through the meetings of that day, from home to home.

/** Meetings of a person on a day beyond which it is crowded: docs/year-plan.md. */
const comfortable = 2;

/** Sets of series that share nobody: their optima add up. */
export function components(model) {
  const seen = new Set();
  const found = [];
  for (let s = 0; s < model.seriesCount; s += 1) {
    if (seen.has(s)) continue;
    const part = [];
    const open = [s];
    seen.add(s);
    while (open.length > 0) {
      const one = open.pop();
      part.push(one);
      for (const other of model.neighbours[one]) {
        if (seen.has(other)) continue;
        seen.add(other);
        open.push(other);
      }
    }
    found.push(part.toSorted((a, b) => a - b));
  }
  return found;
}

/** The program of some series, as text, with how many binary and other variables and rows it has. */
export function program(model, part) {
  const objective = [];
  const rows = [];
  const binaries = [];
  let continuous = 0;
  const candidates = part.flatMap((s) => Array.from({ length: model.first[s + 1] - model.first[s] }, (_, n) => model.first[s] + n));
  const cost = new Map(candidates.map((c) => [c, model.alone[c]]));
  const add = (c, more) => cost.set(c, cost.get(c) + more);
  for (const s of part) {
    const own = candidates.filter((c) => model.seriesOf[c] === s);
    rows.push(`${sum(own.map((c) => `x${c}`))} + u${s} = 1`);
    objective.push(`${model.weights.leftOut} u${s}`);
    binaries.push(`u${s}`, ...own.map((c) => `x${c}`));
  }
  const byPerson = new Map();
  for (const c of candidates) for (const p of model.people[c]) byPerson.set(p, [...(byPerson.get(p) ?? []), c]);

  for (const [p, own] of byPerson) {
    const times = model.times[p];
    const meets = (c, week) => {
      const slot = p * 5 + model.weekday[c];
      return week < 32 ? ((model.heldLo[c] & ~model.awayLo[slot]) >>> week) & 1 : ((model.heldHi[c] & ~model.awayHi[slot]) >>> (week - 32)) & 1;
    };
    for (let d = 0; d < 5; d += 1) {
      const here = own.filter((c) => model.weekday[c] === d);
      for (const { active, count } of kinds(here, model.calendar.weeks, meets)) day(p, d, active, count, times);
    }
    if (times === 0) continue;
    // Beyond the even share of a week.
    for (const { active, count, id } of kinds(own, model.calendar.weeks, meets)) {
      if (new Set(active.map((c) => model.seriesOf[c])).size <= model.share[p]) continue;
      const name = `w${p}_${id}`;
      rows.push(`${sum(active.map((c) => `x${c}`))} - ${name} <= ${model.share[p]}`);
      objective.push(`${model.weights.unevenWeek * times * count} ${name}`);
      continuous += 1;
    }
  }
  for (const [c, one] of cost) if (one !== 0) objective.push(`${one} x${c}`);
  const text = `Minimize\n obj: ${lines(objective.join(' + '))}\nSubject To\n${rows.map((row, n) => ` r${n}: ${lines(row)}`).join('\n')}\nBinaries\n ${lines(binaries.join(' '))}\nEnd\n`;
  return { text, candidates, binaries: binaries.length, continuous, rows: rows.length };

  function day(p, d, active, count, times) {
    const travel = (a, b) => model.travel[a * model.placeCount + b];
    const home = model.base[p];
    if (new Set(active.map((c) => model.seriesOf[c])).size === 1) {
      for (const c of active) add(c, times * count * 2 * travel(home, model.place[c]) * model.weights.travel);
      return;
    }
    if (active.every((c) => travel(home, model.place[c]) === 0) || (times === 0 && new Set(active.map((c) => model.place[c])).size === 1)) {
      // No ways: at each starting time at most one meeting is under way.
      for (const start of new Set(active.map((c) => model.start[c]))) {
        const then = active.filter((c) => model.start[c] <= start && start < model.end[c]);
        if (new Set(then.map((c) => model.seriesOf[c])).size > 1) rows.push(`${sum(then.map((c) => `x${c}`))} <= 1`);
      }
      if (times > 0 && new Set(active.map((c) => model.seriesOf[c])).size > comfortable) {
        const name = `c${p}_${d}_${(day.count = (day.count ?? 0) + 1)}`;
        rows.push(`${sum(active.map((c) => `x${c}`))} - ${name} <= ${comfortable}`);
        objective.push(`${model.weights.crowdedDay * times * count} ${name}`);
        continuous += 1;
      }
      return;
    }
    const tag = `${p}_${d}_${active[0]}_${day.count = (day.count ?? 0) + 1}`;
    const nodes = new Map();
    for (const c of active) {
      const key = `${model.place[c]}_${model.start[c]}_${model.end[c]}`;
      if (!nodes.has(key)) nodes.set(key, { place: model.place[c], start: model.start[c], end: model.end[c], xs: [] });
      nodes.get(key).xs.push(`x${c}`);
    }
    const list = [...nodes.values()].toSorted((a, b) => a.start - b.start);
    const several = new Set(active.map((c) => model.seriesOf[c])).size;
    // A meeting stands in the path as the first, second, or a later one: what is crowded is then known on the way, and half
    // a path cannot pretend to be uncrowded.
    const layers = times > 0 && several > comfortable ? comfortable + 1 : 1;
    const spots = list.flatMap(() => [Array.from({ length: layers }, () => ({ into: [], out: [] }))]);
    const arc = (name, minutes, crowded) => {
      const weight = (minutes * model.weights.travel + (crowded ? model.weights.crowdedDay : 0)) * times * count;
      if (weight > 0) objective.push(`${weight} ${name}`);
      continuous += 1;
      return name;
    };
    const first = list.map((node, n) => {
      const name = arc(`h${tag}_${n}`, travel(home, node.place), false);
      spots[n][0].into.push(name);
      return name;
    });
    // In order of time, so that a spot is reached before it is left.
    list.forEach((a, n) => {
      spots[n].forEach((spot, layer) => {
        if (spot.into.length === 0) return;
        spot.out.push(arc(`b${tag}_${n}_${layer}`, travel(a.place, home), false));
        list.forEach((b, m) => {
          if (n === m || a.end + travel(a.place, b.place) > b.start) return;
          const next = Math.min(layer + 1, layers - 1);
          const name = arc(`f${tag}_${n}_${layer}_${m}`, travel(a.place, b.place), layers > 1 && next === comfortable);
          spot.out.push(name);
          spots[m][next].into.push(name);
        });
      });
    });
    list.forEach((node, n) => {
      const used = spots[n].filter((spot) => spot.into.length > 0);
      rows.push(`${sum(used.flatMap((spot) => spot.into))} - ${node.xs.join(' - ')} = 0`);
      for (const spot of used) rows.push(`${sum(spot.into)} - ${spot.out.join(' - ')} = 0`);
    });
    rows.push(`${sum(first)} <= 1`);
  }
}

/** Weeks with the same candidates are one kind of week. */
function kinds(own, weeks, meets) {
  const found = new Map();
  for (let week = 0; week < weeks; week += 1) {
    const active = own.filter((c) => meets(c, week));
    if (active.length === 0) continue;
    const key = active.join();
    if (found.has(key)) found.get(key).count += 1;
    else found.set(key, { active, count: 1, id: week });
  }
  return found.values();
}

const sum = (terms) => terms.join(' + ');
/** The LP format knows lines of at most 560 characters. */
const lines = (text) => text.replace(/(.{1,400})( |$)/g, '$1\n ');
