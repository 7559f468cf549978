/**
 * What the server says, in English. The key is the Danish sentence as it stands in the code, `{0}`, `{1}` … where it
 * has holes (in the order of the `${…}` of its template). How to add one: docs/i18n.md.
 */
export const english: Readonly<Record<string, string>> = {
  // Fields (apps/server/src/validation.ts)
  'Skal udfyldes.': 'Must be filled in.',
  'Skal være tekst.': 'Must be text.',
  'Skal være et helt tal.': 'Must be a whole number.',
  'Skal være ja eller nej.': 'Must be yes or no.',
  'Skal være en liste.': 'Must be a list.',
  'Vælg fra listen.': 'Choose from the list.',
  'Skal være et tidspunkt med tidszone.': 'Must be a time with its time zone.',
  'Har ikke det rette format.': 'Does not have the right format.',
  'Skal være en adresse, der begynder med https://.': 'Must be an address that begins with https://.',
  'Må ikke være der to gange.': 'Must not be there twice.',
  'Skriv ikke CPR-numre her. Brug sagsreferencen.': 'Do not write CPR numbers here. Use the case reference.',
  'Skal være mindst {0} tegn.': 'Must be at least {0} characters.',
  'Må højst være {0} tegn.': 'Must be at most {0} characters.',
  'Skal være mindst {0}.': 'Must be at least {0}.',
  'Må højst være {0}.': 'Must be at most {0}.',
  'Må højst have {0} valg.': 'At most {0} may be chosen.',
  'Vælg mindst én.': 'Choose at least one.',
  'Feltet kendes ikke.': 'The field is not known.',
  'Værdien kan ikke bruges.': 'The value cannot be used.',
  'Skal være en UUID.': 'Must be a UUID.',
  'Siden findes ikke længere. Hent listen igen.': 'The page is no longer there. Load the list again.',

  // Dates, times and recurrence
  'Datoen findes ikke.': 'The date does not exist.',
  'Vælg højst to år.': 'Choose two years at most.',
  'Hører ikke til denne gentagelse.': 'Does not belong to this recurrence.',
  'Datoen eller klokkeslættet findes ikke.': 'The date or the time does not exist.',
  'Tidspunktet er allerede passeret.': 'The time has already passed.',
  'Vælg dato og klokkeslæt for det første møde.': 'Choose date and time of the first meeting.',
  'Det første møde kan ikke ligge før i dag.': 'The first meeting cannot be before today.',
  'Det første møde kan højst ligge to år frem.': 'The first meeting can be two years ahead at most.',
  'Gentagelsen kan ikke bruges.': 'The recurrence cannot be used.',
  'Varigheden skal være mellem et minut og en uge.': 'The duration must be between one minute and one week.',
  'Et møde kan ikke begynde mellem kl. 02.00 og 03.00: den time findes ikke, eller findes to gange, når uret stilles.':
    'A meeting cannot begin between 02:00 and 03:00: that hour does not exist, or exists twice, when the clocks change.',
  'Slutdatoen ligger før det første møde, så serien får ingen møder.': 'The last day is before the first meeting, so the series would have no meetings.',
  'En af de undtagne datoer findes ikke.': 'One of the excluded dates does not exist.',
  'Alle møder er undtaget, så serien får ingen.': 'All meetings are excluded, so the series would have none.',
  'Gentagelsen giver ingen møder.': 'The recurrence gives no meetings.',
  'Gentagelsen går ud over, hvad en serie kan rumme.': 'The recurrence goes beyond what a series can hold.',
  'Det første møde ligger ikke i en af de valgte uger.': 'The first meeting is not in one of the chosen weeks.',

  // Meetings and series
  'Møder og mødeserier oprettes af koordinatorer.': 'Meetings and series are set up by coordinators.',
  'Vælg en mødetype fra listen.': 'Choose a kind of meeting from the list.',
  'Vælg myndigheder, som jeres egen hører sammen med.': 'Choose authorities that belong together with your own.',
  'En af deltagerne hører ikke til de valgte myndigheder.': 'One of the participants does not belong to the chosen authorities.',
  'Vælg mindst én deltager fra hver myndighed.': 'Choose at least one participant from each authority.',
  'Serien ændres af dens koordinatorer.': 'The series is changed by its coordinators.',
  'Serien er ændret, siden du åbnede den. Se, hvad der er ændret, før du går videre.': 'The series has changed since you opened it. See what has changed before you go on.',
  'Mødet ændres af dets koordinatorer.': 'The meeting is changed by its coordinators.',
  'Mødet er ændret, siden du åbnede det. Se, hvad der er ændret, før du går videre.': 'The meeting has changed since you opened it. See what has changed before you go on.',
  'Mødet er ikke aflyst.': 'The meeting is not cancelled.',
  'Mødet er allerede indkaldt.': 'The meeting has already been called.',
  'Mødets tidspunkt er passeret.': 'The time of the meeting has passed.',
  'Mødet er aflyst.': 'The meeting is cancelled.',
  'Mødet er afholdt.': 'The meeting has been held.',

  // Items and who may see them
  'Punkter tilføjes af mødets koordinatorer.': 'Items are added by the coordinators of the meeting.',
  'Adgangen til et punkt ændres af koordinatorer, der selv kan se det.': 'Access to an item is changed by coordinators who can see it themselves.',
  'Tag din egen myndighed eller dig selv med.': 'Include your own authority or yourself.',
  'Tag en koordinator med, som selv er inviteret.': 'Include a coordinator who was invited herself.',
  'Kun mødets deltagere kan få adgang.': 'Only participants of the meeting can be given access.',

  // People
  'Fremmøde kan noteres fra en time før mødet, til referatet er godkendt.': 'Attendance can be marked from an hour before the meeting until the minutes are approved.',
  'Andres fremmøde noteres af mødets koordinatorer.': 'The attendance of others is marked by the coordinators of the meeting.',
  'Kun mødets deltagere kan noteres.': 'Only participants of the meeting can be marked.',
  'Mødet er holdt eller aflyst, så svaret kan ikke ændres.': 'The meeting has been held or is cancelled, so the reply cannot be changed.',
  'Stedfortræderen er allerede noteret i mødet.': 'The substitute has already been marked at the meeting.',
  'Vælg en kollega fra din egen myndighed, som ikke deltager i forvejen.': 'Choose a colleague from your own authority who does not take part already.',
  'Du er selv stedfortræder og kan ikke sende en anden.': 'You are a substitute yourself and cannot send somebody else.',

  // Decisions and follow-ups
  'Fristen kan ikke ligge før mødet.': 'The deadline cannot be before the meeting.',
  'Fristen ligger for langt ude i fremtiden.': 'The deadline is too far in the future.',
  'Fristen kan ikke blive tidligere.': 'The deadline cannot become earlier.',
  'Referatet er ikke længere åbent for nye beslutninger.': 'The minutes are no longer open for new decisions.',
  'Referatet er ikke længere åbent for nye opfølgninger.': 'The minutes are no longer open for new follow-ups.',
  'En rettelse besluttes af samme myndighed.': 'A correction is decided by the same authority.',
  'Vælg en myndighed, der har adgang til punktet.': 'Choose an authority that has access to the item.',
  'Vælg en ansvarlig, der har adgang til punktet.': 'Choose somebody responsible who has access to the item.',
  'Den ansvarlige skal høre til den besluttende myndighed.': 'Whoever is responsible must belong to the deciding authority.',
  'En beslutning bekræftes eller returneres af en leder i den besluttende myndighed.': 'A decision is confirmed or returned by a leader of the deciding authority.',
  'Beslutningen er ændret, siden du åbnede den. Se den igen, før du svarer.': 'The decision has changed since you opened it. See it again before you answer.',
  'Beslutningen er ikke i den tilstand.': 'The decision is not in that state.',
  'Beslutningen er allerede bekræftet.': 'The decision has already been confirmed.',
  'Beslutningen er allerede returneret.': 'The decision has already been returned.',
  'Beslutningen er allerede erstattet af en anden.': 'The decision has already been replaced by another.',
  'Skriv sagsreferencen som “Sag 2026-014”.': 'Write the case reference as “Sag 2026-014”.',
  'Vælg hjemlen fra listen.': 'Choose the legal basis from the list.',
  'Vælg en beslutning fra samme punkt.': 'Choose a decision from the same item.',
  'Vælg en anden, der har adgang til punktet.': 'Choose somebody else who has access to the item.',
  'Det afgøres af den ansvarlige, dennes leder eller mødets koordinator.': 'That is for whoever is responsible, her leader, or the coordinator of the meeting.',
  'Opfølgningen er ændret, siden du åbnede den. Se den igen, før du svarer.': 'The follow-up has changed since you opened it. See it again before you answer.',
  'Opfølgningen er allerede afsluttet på en anden måde.': 'The follow-up has already been closed in another way.',
  'Skriv hvorfor.': 'Write why.',

  // Legal bases (libs/access/src/legal-bases.data.ts). A law keeps its Danish name.
  'Retsplejeloven § 115, stk. 1, nr. 1': 'Retsplejeloven § 115, stk. 1, nr. 1',
  'Kun nødvendige oplysninger til kriminalitetsforebyggelse i SSP-, PSP- og KSP-samarbejdet. Aldrig med henblik på efterforskning (stk. 2). Ingen har pligt til at dele (stk. 4).':
    'Only information needed to prevent crime in the SSP, PSP and KSP cooperation. Never for investigation (subsection 2). Nobody is obliged to share (subsection 4).',
  'Barnets lov §§ 125-126': 'Barnets lov §§ 125-126',
  'Mellem de myndigheder, § 126 nævner, når det er nødvendigt af hensyn til barnets sundhed og udvikling, og kun i sager, hvor børnehuset benyttes.':
    'Between the authorities named by § 126, when it is necessary for the health and development of the child, and only in cases where the barnahus is used.',
  Samtykke: 'Consent (samtykke)',
  'Kun det, samtykket dækker, og kun så længe det gælder.': 'Only what the consent covers, and only as long as it holds.',
  'Ingen personoplysninger': 'No personal data',
  'Ingen personoplysninger. Eksempler er opdigtede eller gjort ukendelige.': 'No personal data. Examples are invented or made unrecognisable.',

  // Kinds of meeting (libs/meetings/src/meeting-kinds.data.ts): title, purpose, limits. The templates are content and stay Danish.
  '§ 115-møde: overleveringsmøde': 'Section 115 meeting: handover',
  'Politi og kommune gennemgår børn og unge, som politiet har været i kontakt med siden sidst, og aftaler en tidlig, koordineret og opsøgende indsats.':
    'Police and municipality go through the children and young people the police have been in contact with since last time, and agree on early, coordinated outreach.',
  'Kun nødvendige oplysninger til kriminalitetsforebyggelse. Aldrig med henblik på efterforskning (stk. 2). Ingen har pligt til at dele (stk. 4).':
    'Only information needed to prevent crime. Never for investigation (subsection 2). Nobody is obliged to share (subsection 4).',
  '§ 115-møde om et enkelt barn eller en ung': 'Section 115 meeting about one child or young person',
  'De myndigheder, der kender barnet eller den unge, lægger en fælles forebyggende plan, når der er stor risiko for kriminalitet eller misbrug.':
    'The authorities that know the child or young person make a joint plan of prevention when the risk of crime or abuse is high.',
  'Samtykke søges først. Uden samtykke kan mødet holdes, hvis delingen er nødvendig for forebyggelsen; begrundelsen skrives ned.':
    'Consent is asked for first. Without it the meeting can be held if sharing is necessary for prevention; the reasons are written down.',
  'Koordinerende sagssamråd i børnehus': 'Coordinating case conference at a barnahus',
  'Kommune, politi, sygehus, retsmedicin og børnehus lægger en fælles rækkefølge for deres indsatser i én sag, så barnet belastes mindst muligt og efterforskningen ikke forstyrres.':
    'Municipality, police, hospital, forensic medicine and barnahus agree on one order of their steps in a case, so that the child bears as little as possible and the investigation is not disturbed.',
  'Deling kræver nødvendighed af hensyn til barnets sundhed og udvikling og gælder kun sager, hvor børnehuset benyttes.':
    'Sharing must be necessary for the health and development of the child, and only in cases where the barnahus is used.',
  'Børnehussamråd': 'Barnahus forum',
  'Børnehuset og de faste samarbejdsparter lærer af sagsforløb, deler erfaringer og fjerner barrierer i samarbejdet.':
    'The barnahus and its regular partners learn from the course of cases, share experience and remove barriers to working together.',
  'Sager drøftes uden navn. Vil en kommune have råd i en genkendelig sag, flyttes punktet til et sagssamråd med egen hjemmel.':
    'Cases are discussed without names. If a municipality wants advice on a recognisable case, the item moves to a case conference with a legal basis of its own.',
  'Politikredsmøde': 'Police district meeting',
  'Politikredsen og alle dens kommuner skaber fælles billede af sagsgange og snitflader, finder samarbejdsbarrierer og indgår konkrete aftaler. Lederen af børnehuset deltager.':
    'The police district and all its municipalities build a common picture of procedures and interfaces, find barriers to working together and make concrete agreements. The leader of the barnahus takes part.',
  'Kommunerunde': 'Round of municipalities',
  'Børnehuset og de tilknyttede kommuner drøfter samarbejdet og udveksler erfaringer én gang om året.': 'The barnahus and its municipalities discuss how they work together and exchange experience once a year.',
  'Ingen enkeltsager med navn.': 'No single cases by name.',
  'Temadag': 'Theme day',
  'Fælles viden om et emne på tværs af kommuner, politi, sundhed og børnehus, fx med oplæg udefra.': 'Shared knowledge about a subject across municipalities, police, health and barnahus, for example with speakers from outside.',
  'Kun opdigtede eller offentliggjorte eksempler.': 'Invented or published examples only.',
  'Samarbejdsmøde mellem politi og kommune(r)': 'Cooperation meeting of police and municipality or municipalities',
  'Fast, kort møde om samarbejdet, når parterne har aftalt det mellem de årlige politikredsmøder.': 'A regular short meeting about working together, where the parties have agreed on it between the yearly police district meetings.',
  'Enkeltsager tages i et sags- eller § 115-møde.': 'Single cases are taken to a case or section 115 meeting.',
  'Lokalt samarbejdsforum om vold og overgreb (politi, kommune, hospital)': 'Local forum on violence and abuse (police, municipality, hospital)',
  'Samle viden, koordinere den lokale indsats, rådgive institutioner og følge beredskabsplanen.': 'Gather knowledge, coordinate the local effort, advise institutions and follow the emergency plan.',
  'Data i tal; sparring uden navne.': 'Data as figures; advice without names.',
  'Trinnet er ændret eller taget ud, siden du åbnede det. Se planen igen; det, du skrev, er bevaret.': 'The step was changed or taken out after you opened it. Look at the plan again; what you wrote is kept.',
  'Denne slags møde slutter ikke med en sådan plan.': 'This kind of meeting does not end with such a plan.',
  'Et trin bliver i sin plan.': 'A step stays in its plan.',
  'Referatet er ikke længere åbent for ændringer i planen.': 'The minutes are no longer open for changes in the plan.',
  'Skriv klokkeslættet som 09:30.': 'Write the time as 09:30.',
};
