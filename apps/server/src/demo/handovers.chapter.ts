import { at, dayOf, weekdayOf, type StoryTime } from './story-time.js';
import type { StoryDesk } from './story-desk.service.js';

/**
 * A fortnightly § 115 meeting of a municipality and its police, from the meetings that are past to the one next week.
 * Source: invented for Samråd after its own fictional demo cases; no child, case or person exists.
 */
export async function handovers(desk: StoryDesk, time: StoryTime): Promise<void> {
  const next = time.workday(2);
  const first = next.subtract({ weeks: 6 });
  const called = at(first.subtract({ days: 8 }), '09:10');
  const who = (name: string) => desk.who(name, time.begun);
  const [skabelon, testine, fiktiva, opdigt] = [who('Skabelon Demosen'), who('Testine Prøvegaard'), who('Fiktiva Mønster'), who('Opdigt Larsnavn')] as const;
  const [kladde, proeve, taenkt, aaben, eksempla] = [who('Kladde Patruljen'), who('Prøve Betjentsen'), who('Tænkt Kredsgaard'), who('Åben Chefpolitsen'), who('Eksempla Vagtlund')] as const;
  const basis = 'rpl-115-1-1';

  const seriesId = await desk.step('handover series', called, (request) =>
    desk.series.create(
      skabelon,
      {
        kindId: 'section115HandoverMeeting',
        title: null,
        startLocal: `${first.toString()}T13:00`,
        durationMinutes: 60,
        place: 'Rådhuset, lokale 2',
        videoLink: null,
        authorityIds: [kladde.authorityId],
        participantMembershipIds: [testine, fiktiva, opdigt, kladde, proeve, taenkt].map((one) => one.membershipId),
        pattern: { kind: 'weekly', interval: 2, days: [weekdayOf(first)] },
        ends: null,
        excludedDates: [],
        addedDates: [],
        holidayPolicy: 'keep',
      },
      request,
    ),
  );
  const [p1, p2, p3, coming, later, afterwards] = await desk.meetingsOf(seriesId);
  for (const [name, one] of Object.entries({ testine, opdigt, kladde, proeve })) {
    await desk.step(`handover accepted by ${name}`, called.add({ hours: 5 }), async () => void (await desk.replies.replyToSeries(one, seriesId, { partStat: 'accepted', note: null })));
  }
  const everybody = [skabelon, testine, fiktiva, opdigt, kladde, proeve, taenkt].map((one) => [one, 'present'] as [typeof one, 'present' | 'late' | 'excused']);

  // Six weeks ago: all is done, and the minutes are approved.
  {
    const { id, start } = p1!;
    const items = await desk.itemsOf(id);
    const over = start.add({ minutes: 65 });
    await desk.step('h1 published', start.subtract({ hours: 72 }), () => desk.steps.publish(skabelon, id, null));
    await desk.hold('h1', start, skabelon, id, everybody);
    const child = await desk.child('h1 child', start.add({ minutes: 10 }), skabelon, items[2]!, 'Sag 2026-009');
    await desk.write('h1 words 0', start.add({ minutes: 12 }), skabelon, items[0]!, { minutes: ['Alle er til stede. Vi drøfter kun de børn og unge, der står på dagsordenen, og kun det, der er nødvendigt for at forebygge.'] });
    await desk.write('h1 words child', start.add({ minutes: 20 }), proeve, child, { agenda: ['Politiet har haft tre kontakter på en måned. Kender kommunen den unge?'], minutes: ['Den unge er truffet med en ældre gruppe ved stationen. Ingen sigtelse.', 'Kommunen kender familien fra en tidligere sag og tager kontakt.'] });
    const d1 = await desk.decide('h1 d1', start.add({ minutes: 30 }), skabelon, child, { text: 'Myndighedsrådgiveren tilbyder familien en samtale inden for en uge.', reasons: 'Den unge er truffet tre gange sent om aftenen, og familien har før taget imod støtte.', caseReference: 'Sag 2026-009', legalBasisId: basis, by: testine, due: dayOf(start).add({ days: 7 }) });
    const d2 = await desk.decide('h1 d2', start.add({ minutes: 35 }), skabelon, items[4]!, { text: 'Forebyggelsesbetjenten er til stede ved stationen to aftener om ugen i en måned.', reasons: 'Begge myndigheder ser flere unge samlet dér end før sommeren.', by: proeve, due: dayOf(start).add({ days: 30 }), legalBasisId: basis });
    const f1 = await desk.promise('h1 f1', start.add({ minutes: 40 }), skabelon, child, { text: 'Ringer til forældrene og aftaler tid.', decisionId: d1, caseReference: 'Sag 2026-009', by: testine, due: dayOf(start).add({ days: 3 }) });
    const f2 = await desk.promise('h1 f2', start.add({ minutes: 42 }), skabelon, items[6]!, { text: 'Laver en opgørelse over henvendelser fra stationsområdet.', by: fiktiva, due: dayOf(start).add({ days: 14 }) });
    await desk.close('h1', over, skabelon, id);
    await desk.step('h1 d1 confirmed', over.add({ hours: 20 }), async () => void (await desk.decisions.review(opdigt, d1, 'confirmed', 'Enig. Skriv i sagen, hvornår samtalen er holdt.', null)));
    await desk.step('h1 d2 confirmed', over.add({ hours: 26 }), async () => void (await desk.decisions.review(taenkt, d2, 'confirmed', 'Aftalt med vagthavende.', null)));
    await desk.keepPromise('h1 f1 done', over.add({ hours: 44 }), testine, f1, 'done', null);
    await desk.keepPromise('h1 f2 not done', over.add({ hours: 24 * 15 }), fiktiva, f2, 'notDone', 'Tallene kan først trækkes efter årsskiftet.');
    await desk.step('h1 sent', over.add({ hours: 21 }), () => desk.minutes.send(skabelon, id, dayOf(start).add({ days: 8 }).toString(), null));
    await desk.approve('h1 approved by police', over.add({ hours: 45 }), kladde, id);
    await desk.approve('h1 approved by municipality', over.add({ hours: 46 }), skabelon, id);
  }

  // Four weeks ago: approved, with an addendum; a decision that is overdue, one returned and one handed upwards.
  {
    const { id, start } = p2!;
    const items = await desk.itemsOf(id);
    const over = start.add({ minutes: 70 });
    const child = await desk.child('h2 child', start.subtract({ hours: 90 }), skabelon, items[2]!, 'Sag 2026-011');
    const second = await desk.child('h2 second child', start.subtract({ hours: 89 }), skabelon, items[3]!, 'Sag 2026-012');
    await desk.step('h2 published', start.subtract({ hours: 72 }), () => desk.steps.publish(skabelon, id, null));
    await desk.hold('h2', start, skabelon, id, everybody.map(([one]) => [one, one === taenkt ? 'excused' : one === fiktiva ? 'late' : 'present']));
    await desk.write('h2 words 1', start.add({ minutes: 8 }), skabelon, items[1]!, { minutes: ['Samtalen i Sag 2026-009 er holdt. Familien tager imod en kontaktperson.'] });
    await desk.write('h2 words child', start.add({ minutes: 15 }), proeve, child, { agenda: ['Ny på politiets liste efter en episode ved hallen.'], minutes: ['Politiet fortæller om episoden ved hallen. Den unge var tilskuer.', 'Skolen har bedt om en fast kontakt i politiet.'] });
    await desk.write('h2 words second', start.add({ minutes: 25 }), testine, second, { agenda: ['Dagtilbuddet er bekymret for, at barnet hører voldsomme skænderier hjemme.'], minutes: ['Kommunen afklarer, om sagen hører til i børnehuset. Politiet har ingen anmeldelse.'] });
    const overdue = await desk.decide('h2 overdue', start.add({ minutes: 30 }), skabelon, second, { text: 'Nøglepersonen afklarer med børnehuset, om sagen skal drøftes i et sagssamråd.', reasons: 'Bekymringen handler om vold i hjemmet og er delt af dagtilbud og sundhedsplejerske.', caseReference: 'Sag 2026-012', legalBasisId: basis, by: fiktiva, due: dayOf(start).add({ days: 10 }) });
    const returned = await desk.decide('h2 returned', start.add({ minutes: 36 }), skabelon, items[5]!, { text: 'Sag 2026-009 går videre i kommunens eget spor.', reasons: 'Der er ikke længere behov for politiets deltagelse.', caseReference: 'Sag 2026-009', legalBasisId: basis, by: testine, due: dayOf(start).add({ days: 21 }) });
    const mistaken = await desk.decide('h2 mistaken', start.add({ minutes: 37 }), skabelon, items[6]!, { text: 'SSP og lokalpoliti går sammen på gaden hver fredag i december.', reasons: 'Aftenerne i november viste, at det virker, når begge er der.', legalBasisId: basis, by: proeve, due: time.workday(14) });
    await desk.correct('h2 corrected', start.add({ minutes: 39 }), skabelon, mistaken, { text: 'SSP og lokalpoliti går sammen på gaden hver anden fredag i to måneder.', reasons: 'Aftenerne før mødet viste, at det virker, når begge er der.', legalBasisId: basis, by: proeve, due: time.workday(14) }, 'Der blev sagt hver anden fredag.');
    const escalated = await desk.decide('h2 escalated', start.add({ minutes: 40 }), skabelon, items[4]!, { text: 'Lokalpolitiet stiller en fast kontaktperson til skolen.', reasons: 'Skolen har bedt om det efter tre episoder, og kommunen betaler lokalet.', caseReference: 'Sag 2026-011', legalBasisId: basis, by: proeve, due: time.workday(6) });
    await desk.promise('h2 f overdue', start.add({ minutes: 45 }), skabelon, second, { text: 'Ringer til børnehuset og aftaler sparring.', decisionId: overdue, caseReference: 'Sag 2026-012', by: fiktiva, due: dayOf(start).add({ days: 8 }) });
    const done = await desk.promise('h2 f done', start.add({ minutes: 46 }), kladde, child, { text: 'Taler med skolens leder om, hvordan skolen henvender sig.', caseReference: 'Sag 2026-011', by: proeve, due: dayOf(start).add({ days: 7 }) });
    const overtaken = await desk.promise('h2 f overtaken', start.add({ minutes: 47 }), skabelon, items[6]!, { text: 'Finder et lokale til samtalerne på skolen.', by: testine, due: dayOf(start).add({ days: 14 }) });
    const handed = await desk.promise('h2 f handed', start.add({ minutes: 48 }), skabelon, items[6]!, { text: 'Laver en oversigt over fritidstilbud for de ældste elever.', by: fiktiva, due: dayOf(start).add({ days: 20 }) });
    await desk.close('h2', over, skabelon, id);
    await desk.step('h2 returned by leader', over.add({ hours: 22 }), async () => void (await desk.decisions.review(opdigt, returned, 'returned', 'Skriv, hvem der giver familien og skolen besked.', null)));
    await desk.step('h2 escalated by leader', over.add({ hours: 28 }), async () => void (await desk.decisions.escalate(taenkt, escalated, aaben.membershipId, 'Det binder en medarbejder i et halvt år og skal afgøres i ledelsen.', null)));
    await desk.keepPromise('h2 f is done', over.add({ hours: 50 }), proeve, done, 'done', null);
    await desk.keepPromise('h2 f is overtaken', over.add({ hours: 60 }), testine, overtaken, 'overtaken', 'Skolen lægger selv lokale til.');
    await desk.handOver('h2 f is handed over', over.add({ hours: 80 }), fiktiva, handed, testine, time.workday(9), 'Testine kender foreningerne.');
    await desk.step('h2 sent', over.add({ hours: 23 }), () => desk.minutes.send(skabelon, id, null, null));
    await desk.approve('h2 approved by municipality', over.add({ hours: 24 }), skabelon, id);
    await desk.approve('h2 approved by police', over.add({ hours: 70 }), kladde, id);
    await desk.step('h2 addendum', over.add({ hours: 94 }), (request) => desk.addenda.add(skabelon, id, child, 'Rettelse: skolen henvendte sig torsdag, ikke fredag. Det ændrer ikke aftalen.', request));
  }

  // A fortnight ago: held, and its minutes are still being written.
  {
    const { id, start } = p3!;
    const items = await desk.itemsOf(id);
    const child = await desk.child('h3 child', start.subtract({ hours: 90 }), skabelon, items[2]!, 'Sag 2026-014');
    await desk.step('h3 published', start.subtract({ hours: 72 }), () => desk.steps.publish(skabelon, id, null));
    await desk.hold('h3', start, skabelon, id, everybody.map(([one]) => [one, one === fiktiva ? 'excused' : 'present']));
    await desk.write('h3 words child', start.add({ minutes: 12 }), proeve, child, { agenda: ['Tre kontakter siden sidste møde, senest en lørdag nat.'], minutes: ['Politiet har truffet den unge tre gange, senest lørdag nat. Den unge var rolig og bad selv om at blive kørt hjem.'] });
    await desk.write('h3 words child 2', start.add({ minutes: 16 }), opdigt, child, { minutes: ['Kommunen har en kontaktperson i familien og spørger, om en fælles samtale er til hjælp.'] });
    await desk.write('h3 words 6', start.add({ minutes: 40 }), kladde, items[6]!, { minutes: ['Færre henvendelser fra stationen, flere fra hallen. Halinspektøren inviteres til næste møde.'] });
    await desk.decide('h3 waiting', start.add({ minutes: 30 }), skabelon, child, { text: 'SSP-konsulenten og forebyggelsesbetjenten holder en samtale sammen med familien.', reasons: 'Familien har selv bedt om, at begge er med.', caseReference: 'Sag 2026-014', legalBasisId: basis, by: testine, due: time.workday(5) });
    await desk.decide('h3 waiting police', start.add({ minutes: 33 }), skabelon, items[6]!, { text: 'Politiet er synligt ved hallen fredag og lørdag i fire uger.', reasons: 'Henvendelserne samler sig dér og er aftagende ved stationen.', by: proeve, due: time.workday(12) });
    await desk.promise('h3 f open', start.add({ minutes: 38 }), skabelon, items[6]!, { text: 'Inviterer halinspektøren til næste møde.', by: testine, due: time.workday(1) });
    await desk.promise('h3 f mine', start.add({ minutes: 39 }), skabelon, items[1]!, { text: 'Samler op på Sag 2026-009 med kontaktpersonen.', by: skabelon, due: time.workday(4), caseReference: 'Sag 2026-009' });
    await desk.promise('h3 f officer', start.add({ minutes: 35 }), proeve, child, { text: 'Giver vagtholdet besked om kommunens kontaktperson.', caseReference: 'Sag 2026-014', by: proeve, due: time.workday(4) });
    await desk.promise('h3 f police', start.add({ minutes: 39 }), kladde, items[6]!, { text: 'Samler henvendelserne fra hallen i en oversigt.', by: kladde, due: time.workday(3) });
    await desk.close('h3', start.add({ minutes: 62 }), skabelon, id);
  }

  // The next one: the agenda is out, an item is closed, and not everybody can come.
  {
    const { id } = coming!;
    const items = await desk.itemsOf(id);
    const now = time.begun;
    const child = await desk.child('h4 child', now.subtract({ hours: 60 }), skabelon, items[2]!, 'Sag 2026-014');
    const second = await desk.child('h4 second child', now.subtract({ hours: 59 }), skabelon, items[2]!, 'Sag 2026-017');
    await desk.write('h4 words child', now.subtract({ hours: 58 }), skabelon, child, { agenda: ['Hvordan gik samtalen, og hvad har familien brug for nu?'] });
    await desk.write('h4 words second', now.subtract({ hours: 57 }), proeve, second, { agenda: ['Ny på listen. Første kontakt, ingen mistanke. Kender kommunen barnet?'] });
    await desk.step('h4 closed', now.subtract({ hours: 56 }), async () => void (await desk.agenda.setAudience(skabelon, items[5]!, { kind: 'restricted', authorityIds: [skabelon.authorityId], personIds: [] }, { reason: null, digest: null })));
    await desk.write('h4 words closed', now.subtract({ hours: 55 }), skabelon, items[5]!, { agenda: ['Kun kommunen: skal Sag 2026-012 drøftes i børnehuset, før politiet hører mere?'] });
    await desk.step('h4 published', now.subtract({ hours: 50 }), () => desk.steps.publish(skabelon, id, null));
    await desk.step('h4 tentative', now.subtract({ hours: 20 }), () => desk.replies.reply(fiktiva, id, { partStat: 'tentative', note: 'Jeg er måske til netværksmøde, men giver besked i morgen.' }));
    await desk.step('h4 declined', now.subtract({ hours: 18 }), () => desk.replies.reply(taenkt, id, { partStat: 'declined', note: 'Jeg er til chefmøde i kredsen.' }));
    await desk.step('h4 substitute', now.subtract({ hours: 17 }), () => desk.replies.reply(proeve, id, { partStat: 'delegated', note: 'Eksempla kender sagerne.', substituteMembershipId: eksempla.membershipId, ground: { reason: 'Jeg er på kursus, og Eksempla følger op på aftalerne for politiet.', digest: null } }));
  }
  // The one after that is being built: participants have said what they want on it.
  {
    const { id } = afterwards!;
    const now = time.begun;
    const taken = await desk.propose('h6 proposed taken', now.subtract({ hours: 40 }), testine, id, 'Overgang til ny kontaktperson i Sag 2026-009', 10);
    await desk.step('h6 taken in', now.subtract({ hours: 38 }), async () => void (await desk.proposals.accept(skabelon, id, taken, { afterItemId: null, authorityIds: null })));
    const declined = await desk.propose('h6 proposed declined', now.subtract({ hours: 37 }), proeve, id, 'Fordeling af parkeringspladser ved rådhuset', 15);
    await desk.step('h6 declined', now.subtract({ hours: 30 }), async () => void (await desk.proposals.decline(skabelon, id, declined, 'Det tager jeg med rådhusets drift. Det hører ikke til på mødet.')));
    await desk.propose('h6 proposed', now.subtract({ hours: 6 }), proeve, id, 'Fælles plan for aftenerne ved hallen i foråret', 15);
  }
  await desk.step('h5 cancelled', time.begun.subtract({ hours: 30 }), () => desk.changes.cancel(skabelon, later!.id, 'Fælles temadag samme dag. Punkterne tages på næste møde.', null));
}
