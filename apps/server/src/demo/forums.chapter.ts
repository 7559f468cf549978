import { Temporal } from 'temporal-polyfill';
import { demoDistrict, demoPeople } from '@lib/access/demo.data.js';
import type { Ordinal } from '@lib/scheduling/patterns.js';
import { at, dayOf, weekdayOf, type StoryTime } from './story-time.js';
import type { StoryDesk } from './story-desk.service.js';

/**
 * The meetings without personal data: the monthly børnehussamråd, and the yearly meeting of the whole police district.
 * Source: invented for Samråd.
 */
export async function forums(desk: StoryDesk, time: StoryTime): Promise<void> {
  await barnahusForum(desk, time);
  await districtMeeting(desk, time);
}

async function barnahusForum(desk: StoryDesk, time: StoryTime): Promise<void> {
  const who = (name: string) => desk.who(name, time.begun);
  const [oevelse, demonika, fingera, testine, opdigt, proeve, taenkt, skabelon] = [who('Øvelse Koordinatsen'), who('Demonika Husmann'), who('Fingera Lederup'), who('Testine Prøvegaard'), who('Opdigt Larsnavn'), who('Prøve Betjentsen'), who('Tænkt Kredsgaard'), who('Skabelon Demosen')] as const;
  const from = time.workday(-66);
  const { ordinal, day } = time.dayThatMeetsAHoliday(from);
  const called = at(from.subtract({ days: 14 }), '10:20');
  const seriesId = await desk.step('forum series', called, (request) =>
    desk.series.create(
      oevelse,
      {
        kindId: 'barnahusForum',
        title: null,
        startLocal: `${from.toString()}T09:30`,
        durationMinutes: 90,
        place: 'Børnehus Hovedstaden, mødelokale 1',
        videoLink: null,
        authorityIds: [skabelon.authorityId, proeve.authorityId],
        participantMembershipIds: [demonika, fingera, testine, opdigt, proeve, taenkt, skabelon].map((one) => one.membershipId),
        pattern: { kind: 'monthly', interval: 1, ordinal, day },
        ends: null,
        excludedDates: [],
        addedDates: [],
        holidayPolicy: 'ask',
      },
      request,
    ),
  );
  const meetings = await desk.meetingsOf(seriesId);
  const isPast = ({ start }: { start: Temporal.Instant }) => Temporal.Instant.compare(start.add({ hours: 72 }), time.begun) < 0;
  const held = meetings.filter(isPast).slice(-2);
  // One of the meetings to come falls on a holiday, and waits for somebody to say what becomes of it.
  const coming = meetings.find((one) => one.state !== 'draft' && Temporal.Instant.compare(one.start, time.begun) > 0)!;
  const all = [oevelse, demonika, fingera, testine, opdigt, proeve, taenkt, skabelon];

  for (const [n, { id, start }] of held.entries()) {
    const isFirst = n === 0;
    const items = await desk.itemsOf(id);
    const over = start.add({ minutes: 92 });
    await desk.step(`f${n} published`, start.subtract({ hours: 120 }), () => desk.steps.publish(oevelse, id, null));
    await desk.hold(`f${n}`, start, oevelse, id, all.map((one) => [one, one === testine && !isFirst ? 'absent' : 'present']));
    await desk.write(`f${n} words 1`, start.add({ minutes: 15 }), oevelse, items[1]!, { minutes: [isFirst ? 'Tre ud af fire sagssamråd er holdt inden for en uge efter henvendelsen.' : 'Fire ud af fem sagssamråd er holdt inden for en uge. Ventetiden er længst, når flere kommuner deltager.'] });
    await desk.write(`f${n} words 2`, start.add({ minutes: 40 }), demonika, items[2]!, { minutes: [isFirst ? 'Et forløb, hvor politi og kommune talte med barnet to dage efter hinanden. Barnet fortalte det samme to gange.' : 'Et forløb, der gik godt: rådgiver, politi og børnehus aftalte rækkefølgen, før nogen talte med barnet.'] });
    if (isFirst) await desk.write('f0 words 5', start.add({ minutes: 60 }), fingera, items[5]!, { minutes: ['Barriere: kommunerne ved ikke altid, hvem de skal ringe til uden for åbningstid.'] });
    const decision = await desk.decide(`f${n} decision`, start.add({ minutes: 70 }), oevelse, items[5]!, isFirst
      ? { text: 'Børnehuset laver et telefonkort med én indgang til rådgivning i dag- og aftentimer.', reasons: 'To forløb blev forsinket, fordi nummeret ikke var kendt.', by: demonika, due: dayOf(start).add({ days: 28 }) }
      : { text: 'Kommune og politi aftaler altid rækkefølgen af samtaler, før nogen taler med barnet.', reasons: 'Erfaringerne fra to forløb peger samme vej.', by: oevelse, due: time.workday(15) });
    await desk.promise(`f${n} promise`, start.add({ minutes: 75 }), oevelse, items[6]!, { text: isFirst ? 'Sender telefonkortet til alle kommuner i kredsen.' : 'Skriver et udkast til fælles aftale om rækkefølge.', by: isFirst ? demonika : skabelon, due: isFirst ? dayOf(start).add({ days: 30 }) : time.workday(10) });
    if (!isFirst) await desk.promise('f1 own promise', start.add({ minutes: 77 }), oevelse, items[6]!, { text: 'Samler erfaringerne fra de to forløb til næste samråd.', by: oevelse, due: time.workday(11) });
    await desk.close(`f${n}`, over, oevelse, id);
    if (isFirst) await desk.step('f0 confirmed', over.add({ hours: 5 }), async () => void (await desk.decisions.review(fingera, decision, 'confirmed', null, null)));
    await desk.step(`f${n} sent`, over.add({ hours: 20 }), () => desk.minutes.send(oevelse, id, null, null));
    await desk.approve(`f${n} by barnahus`, over.add({ hours: 21 }), oevelse, id);
    await desk.approve(`f${n} by police`, over.add({ hours: 44 }), taenkt, id);
    if (isFirst) await desk.approve('f0 by municipality', over.add({ hours: 50 }), skabelon, id);
    // The other waits for the municipality, which has been reminded.
    else await desk.step('f1 reminded', over.add({ hours: 66 }), () => desk.minutes.remind(oevelse, id, skabelon.authorityId));
  }
  await desk.step('f next accepted', time.begun.subtract({ hours: 40 }), () => desk.replies.reply(proeve, coming.id, { partStat: 'accepted', note: null }));
  await desk.step('f next accepted too', time.begun.subtract({ hours: 39 }), () => desk.replies.reply(opdigt, coming.id, { partStat: 'accepted', note: null }));
}

async function districtMeeting(desk: StoryDesk, time: StoryTime): Promise<void> {
  const who = (name: string) => desk.who(name, time.begun);
  const [kladde, taenkt, aaben, fingera, skabelon, oevebine] = [who('Kladde Patruljen'), who('Tænkt Kredsgaard'), who('Åben Chefpolitsen'), who('Fingera Lederup'), who('Skabelon Demosen'), who('Øvebine Chefgaard')] as const;
  let day = time.workday(36);
  // A fifth of its kind comes only in some months.
  if (day.day > 28) day = day.add({ days: 7 });
  const others = demoPeople.filter((one) => demoDistrict.includes(one.authorityId)).map((one) => ({ ...desk.who(one.name, time.begun), isLeader: one.role === 'leader' }));
  const called = time.begun.subtract({ hours: 24 * 21 });
  const seriesId = await desk.step('district series', called, (request) =>
    desk.series.create(
      kladde,
      {
        kindId: 'policeDistrictMeeting',
        title: null,
        startLocal: `${day.toString()}T09:00`,
        durationMinutes: 180,
        place: 'Politigården, mødesalen',
        videoLink: null,
        authorityIds: [skabelon.authorityId, ...demoDistrict, fingera.authorityId],
        participantMembershipIds: [taenkt, aaben, fingera, skabelon, oevebine, ...others].map((one) => one.membershipId),
        pattern: { kind: 'yearly', month: day.month, ordinal: Math.ceil(day.day / 7) as Ordinal, day: weekdayOf(day) },
        ends: null,
        excludedDates: [],
        addedDates: [],
        holidayPolicy: 'keep',
      },
      request,
    ),
  );
  const [meeting] = await desk.meetingsOf(seriesId);
  const items = await desk.itemsOf(meeting!.id);
  await desk.write('district words', called.add({ hours: 30 }), kladde, items[4]!, { agenda: ['Årets tema: den første samtale med barnet. Hvem taler med barnet hvornår, og hvordan aftaler vi det?'] });
  await desk.write('district words 6', called.add({ hours: 31 }), kladde, items[6]!, { agenda: ['Hver kommune sender én barriere på forhånd.'] });
  await desk.step('district published', called.add({ hours: 48 }), () => desk.steps.publish(kladde, meeting!.id, null));
  const leaders = others.filter((one) => one.isLeader);
  for (const [n, one] of [taenkt, fingera, skabelon, oevebine, ...leaders.slice(0, 7)].entries()) {
    await desk.step(`district accepted ${n}`, called.add({ hours: 50 + 9 * n }), () => desk.replies.reply(one, meeting!.id, { partStat: 'accepted', note: null }));
  }
  await desk.step('district declined', called.add({ hours: 140 }), () => desk.replies.reply(leaders[7]!, meeting!.id, { partStat: 'declined', note: 'Vi har byrådsmøde, men nøglepersonen kommer.' }));
  await desk.step('district tentative', called.add({ hours: 150 }), () => desk.replies.reply(leaders[8]!, meeting!.id, { partStat: 'tentative', note: null }));
}
