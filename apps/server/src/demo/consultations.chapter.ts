import type { Temporal } from 'temporal-polyfill';
import { at, dayOf, type StoryTime } from './story-time.js';
import type { StoryDesk } from './story-desk.service.js';

/**
 * Meetings about one child: a consultation that was held, a § 115 meeting that is in session, and one to come; besides one
 * that was called off. Source: invented for Samråd after its own fictional demo cases; no child, case or person exists.
 */
export async function consultations(desk: StoryDesk, time: StoryTime): Promise<void> {
  await inSession(desk, time);
  await heldConsultation(desk, time);
  await coming(desk, time);
}

async function inSession(desk: StoryDesk, time: StoryTime): Promise<void> {
  const who = (name: string) => desk.who(name, time.begun);
  const [skabelon, testine, fiktiva, opdigt, kladde, proeve] = [who('Skabelon Demosen'), who('Testine Prøvegaard'), who('Fiktiva Mønster'), who('Opdigt Larsnavn'), who('Kladde Patruljen'), who('Prøve Betjentsen')] as const;
  const begins = time.lastHour();
  const start = begins.toInstant();
  const called = start.subtract({ hours: 24 * 8 });
  const id = await desk.step('case meeting', called, (request) =>
    desk.series.createMeeting(
      skabelon,
      {
        kindId: 'section115CaseMeeting',
        title: null,
        startLocal: begins.toPlainDateTime().toString({ smallestUnit: 'minute' }),
        durationMinutes: 75,
        place: 'Rådhuset, lokale 4',
        videoLink: null,
        authorityIds: [proeve.authorityId],
        participantMembershipIds: [testine, fiktiva, opdigt, kladde, proeve].map((one) => one.membershipId),
      },
      request,
    ),
  );
  const items = await desk.itemsOf(id);
  for (const [name, one] of Object.entries({ testine, opdigt, proeve })) await desk.step(`case meeting accepted by ${name}`, called.add({ hours: 6 }), () => desk.replies.reply(one, id, { partStat: 'accepted', note: null }));
  await desk.write('case meeting words 1', called.add({ hours: 26 }), testine, items[1]!, { agenda: ['Sag 2026-021: skolefravær, og den unge er set sammen med en ældre gruppe. Hvad kan vi gøre sammen, før det bliver alvorligt?'] });
  await desk.step('case meeting published', called.add({ hours: 30 }), () => desk.steps.publish(skabelon, id, null));
  await desk.hold('case meeting', start, skabelon, id, [skabelon, testine, opdigt, proeve].map((one) => [one, 'present']));
  await desk.write('case meeting minutes 0', start.add({ minutes: 6 }), skabelon, items[0]!, { minutes: ['Forældrene har givet samtykke til, at politi og kommune taler sammen om barnets skolegang.'] });
  await desk.write('case meeting minutes 1', start.add({ minutes: 11 }), testine, items[1]!, { minutes: ['Fraværet er steget fra fem til tyve procent siden sommerferien. Klasselæreren har god kontakt til den unge.'] });
  await desk.write('case meeting minutes 2', start.add({ minutes: 16 }), fiktiva, items[2]!, { minutes: ['Den unge siger selv: “Det er træningen, jeg kommer op for.”'] });
}

async function heldConsultation(desk: StoryDesk, time: StoryTime): Promise<void> {
  // Not across the day on which regions were merged: whoever was invited before it is at no meeting after it.
  const isWithin = (from: Temporal.PlainDate) => desk.who('Model Lægebo', at(from.subtract({ days: 3 }), '09:00')).authorityId === desk.who('Model Lægebo', at(from.add({ days: 1 }), '09:00')).authorityId;
  const day = [time.workday(-6, 'back'), time.workday(-14, 'back')].find(isWithin)!;
  const start = at(day, '09:00');
  const who = (name: string) => desk.who(name, start);
  const [skabelon, testine, opdigt, proeve, eksempla, taenkt] = [who('Skabelon Demosen'), who('Testine Prøvegaard'), who('Opdigt Larsnavn'), who('Prøve Betjentsen'), who('Eksempla Vagtlund'), who('Tænkt Kredsgaard')] as const;
  const [oevelse, paahit, doctor] = [who('Øvelse Koordinatsen'), who('Påhit Psykeberg'), who('Model Lægebo')] as const;
  const called = start.subtract({ hours: 44 });
  const all = [testine, opdigt, proeve, eksempla, taenkt, oevelse, paahit, doctor];
  const id = await desk.step('consultation', called, (request) =>
    desk.series.createMeeting(
      skabelon,
      {
        kindId: 'caseConsultation',
        title: null,
        startLocal: `${day.toString()}T09:00`,
        durationMinutes: 90,
        place: 'Børnehus Hovedstaden, samtalerummet',
        videoLink: null,
        authorityIds: [proeve.authorityId, oevelse.authorityId, doctor.authorityId],
        participantMembershipIds: all.map((one) => one.membershipId),
      },
      request,
    ),
  );
  const items = await desk.itemsOf(id);
  const over = start.add({ minutes: 92 });
  const reference = 'Sag 2026-018';
  await desk.step('consultation accepted', called.add({ hours: 2 }), () => desk.replies.reply(doctor, id, { partStat: 'accepted', note: 'Jeg ringer ind de sidste tyve minutter.' }));
  // What the police will do next is for police and municipality alone.
  await desk.step('consultation closed', called.add({ hours: 3 }), async () => void (await desk.agenda.setAudience(skabelon, items[3]!, { kind: 'restricted', authorityIds: [skabelon.authorityId, proeve.authorityId], personIds: [] }, { reason: null, digest: null })));
  await desk.step('consultation published', called.add({ hours: 4 }), () => desk.steps.publish(skabelon, id, null));
  await desk.hold('consultation', start, skabelon, id, [[skabelon, 'present'], ...all.map((one): [typeof one, 'present' | 'late' | 'excused'] => [one, one === doctor ? 'late' : one === taenkt ? 'excused' : 'present'])]);
  await desk.write('consultation words 0', start.add({ minutes: 8 }), skabelon, items[0]!, { minutes: ['Politiet beder om, at forældrene ikke orienteres, før barnet er afhørt.'] });
  await desk.write('consultation words 1', start.add({ minutes: 18 }), testine, items[1]!, { minutes: ['Set: to blå mærker på overarmen. Hørt: læreren hørte barnet sige, at det gør ondt hjemme. Fortalt: barnet har fortalt om slag én gang.'] });
  await desk.write('consultation words 2', start.add({ minutes: 28 }), paahit, items[2]!, { minutes: ['Barnet er i skole og har en lærer, som det er trygt ved. Læreren kan være med til samtalen.'] });
  await desk.write('consultation words 3', start.add({ minutes: 36 }), eksempla, items[3]!, { minutes: ['Videoafhøring kan holdes inden for tre hverdage. Ingen sigtelse endnu.'] });
  await desk.write('consultation words 4', start.add({ minutes: 46 }), doctor, items[4]!, { minutes: ['Mærkerne bør ses af en læge samme dag som afhøringen, så barnet kun skal af sted én gang.'] });
  await desk.write('consultation words 8', start.add({ minutes: 84 }), oevelse, items[8]!, { minutes: ['Næste samråd holdes, når afhøringen er gennemført. Ingen uenighed om rækkefølgen.'] });
  const decision = await desk.decide('consultation decision', start.add({ minutes: 70 }), skabelon, items[5]!, { text: 'Sagen anmeldes til politiet, og barnet visiteres til børnehuset.', reasons: 'Konkret udsagn fra barnet, støttet af det, læreren har set, og af råd fra politi og børnehus.', caseReference: reference, legalBasisId: 'bl-126', by: testine, due: day.add({ days: 1 }) });
  await desk.decide('consultation support', start.add({ minutes: 76 }), skabelon, items[7]!, { text: 'Børnehuset tilbyder barnet tre støttende samtaler, før udredningen begynder.', reasons: 'Barnet har brug for ro, mens afhøringen venter.', caseReference: reference, legalBasisId: 'bl-126', by: paahit, due: time.workday(3) });
  const sequence = { plan: 'sequence', caseReference: reference } as const;
  await desk.plan('consultation step 1', start.add({ minutes: 60 }), skabelon, items[5]!, { ...sequence, kind: 'videoInterview', text: 'Videoafhøring i børnehuset.', by: eksempla, due: day.add({ days: 4 }), time: '10:00', place: 'Børnehus Hovedstaden', trustedAdult: 'Klasselæreren' });
  await desk.plan('consultation step 2', start.add({ minutes: 62 }), skabelon, items[5]!, { ...sequence, kind: 'medicalExamination', text: 'Undersøgelse på børneafdelingen lige efter afhøringen.', by: doctor, due: day.add({ days: 4 }), time: '13:00', trustedAdult: 'Klasselæreren' });
  await desk.plan('consultation step 3', start.add({ minutes: 64 }), skabelon, items[5]!, { ...sequence, kind: 'childInterview', text: 'Børnesamtale uden forældre.', by: testine, due: time.workday(1), awaits: 'police', trustedAdult: 'Klasselæreren' });
  const informing = { plan: 'informing', caseReference: reference } as const;
  await desk.plan('consultation informing 1', start.add({ minutes: 66 }), skabelon, items[6]!, { ...informing, kind: 'custodyHolders', text: 'Forældrene får at vide, at der er en underretning, når afhøringen er gennemført.', by: testine, due: time.workday(1), awaits: 'police' });
  await desk.plan('consultation informing 2', start.add({ minutes: 68 }), skabelon, items[6]!, { ...informing, kind: 'school', text: 'Skolens leder får at vide, hvornår barnet hentes, og ikke hvorfor.', by: testine, due: day.add({ days: 3 }) });
  await desk.promise('consultation promise', start.add({ minutes: 80 }), skabelon, items[8]!, { text: 'Samlet lægelig beskrivelse til kommune og politi.', caseReference: reference, by: doctor, due: time.workday(8) });
  await desk.close('consultation', over, skabelon, id);
  await desk.step('consultation confirmed', over.add({ hours: 3 }), async () => void (await desk.decisions.review(opdigt, decision, 'confirmed', null, null)));
  // Everybody but the region has approved.
  await desk.step('consultation sent', over.add({ hours: 5 }), () => desk.minutes.send(skabelon, id, dayOf(time.begun).add({ days: 3 }).toString(), null));
  for (const [n, one] of [skabelon, taenkt, oevelse].entries()) await desk.approve(`consultation approved ${n}`, over.add({ hours: 20 + 2 * n }), one, id);
  // A region that has been merged into another meanwhile hears of nothing.
  if (desk.who('Model Lægebo', over.add({ hours: 72 })).authorityId === doctor.authorityId) await desk.step('consultation reminded', over.add({ hours: 72 }), () => desk.minutes.remind(skabelon, id, doctor.authorityId));
}

async function coming(desk: StoryDesk, time: StoryTime): Promise<void> {
  const who = (name: string) => desk.who(name, time.begun);
  const [skabelon, testine, opdigt, proeve, oevelse, demonika] = [who('Skabelon Demosen'), who('Testine Prøvegaard'), who('Opdigt Larsnavn'), who('Prøve Betjentsen'), who('Øvelse Koordinatsen'), who('Demonika Husmann')] as const;
  const called = time.begun.subtract({ hours: 26 });
  const id = await desk.step('next consultation', called, (request) =>
    desk.series.createMeeting(
      skabelon,
      {
        kindId: 'caseConsultation',
        title: null,
        startLocal: `${time.workday(8).toString()}T10:00`,
        durationMinutes: 75,
        place: 'Børnehus Hovedstaden, samtalerummet',
        videoLink: null,
        authorityIds: [proeve.authorityId, oevelse.authorityId],
        participantMembershipIds: [testine, opdigt, proeve, oevelse, demonika].map((one) => one.membershipId),
      },
      request,
    ),
  );
  await desk.step('next consultation accepted', called.add({ hours: 3 }), () => desk.replies.reply(demonika, id, { partStat: 'accepted', note: null }));
  await desk.step('next consultation declined', called.add({ hours: 5 }), () => desk.replies.reply(proeve, id, { partStat: 'declined', note: 'Jeg er på kursus. Spørg vagthavende om en anden.' }));
  const items = await desk.itemsOf(id);
  await desk.prepare('next consultation police', called.add({ hours: 6 }), proeve, items[1]!, ['Patruljen har været på adressen to gange siden september. Ingen anmeldelse endnu.'], 'released');
  await desk.prepare('next consultation barnahus', called.add({ hours: 8 }), demonika, items[1]!, [], 'orally');
  await desk.step('next consultation embargo', called.add({ hours: 9 }), async (request) => {
    const reviewAt = at(time.workday(5), '12:00').toString();
    await desk.embargoes.set(skabelon, items[6]!, { parties: ['parentOne', 'parentTwo'], other: null, reason: 'Politiet har bedt om, at forældrene ikke orienteres, før barnet er afhørt.', reviewAt }, request);
  });
  const cancelled = await desk.step('cooperation meeting', called.subtract({ hours: 200 }), (request) =>
    desk.series.createMeeting(
      skabelon,
      {
        kindId: 'policeMunicipalityMeeting',
        title: null,
        startLocal: `${time.workday(4).toString()}T14:00`,
        durationMinutes: 90,
        place: 'Politistationen',
        videoLink: null,
        authorityIds: [proeve.authorityId],
        participantMembershipIds: [testine, proeve].map((one) => one.membershipId),
      },
      request,
    ),
  );
  await desk.step('cooperation meeting cancelled', called, () => desk.changes.cancel(skabelon, cancelled, 'Politiet har beredskab den dag. Vi finder en ny tid efter årsskiftet.', null));
}
