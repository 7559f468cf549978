import type { ContactFunction } from '@lib/contracts/enums.js';
import type { StoryDesk } from './story-desk.service.js';
import type { StoryTime } from './story-time.js';

interface Told {
  /** Who wrote it: a coordinator of the authority. */
  by: string;
  as: ContactFunction;
  kindId?: string;
  area?: string;
  holder?: string;
  substitutes?: readonly string[];
  telephone: string;
  email?: string;
}

/** Source: invented for Samråd. The telephone numbers begin as no Danish number does. */
const register: readonly Told[] = [
  { by: 'Skabelon Demosen', as: 'contactPerson', kindId: 'section115HandoverMeeting', holder: 'Skabelon Demosen', substitutes: ['Testine Prøvegaard'], telephone: '00 12 34 01', email: 'ssp@eksempelby.example' },
  { by: 'Skabelon Demosen', as: 'contactPerson', kindId: 'barnahusForum', area: 'Myndighed', holder: 'Testine Prøvegaard', telephone: '00 12 34 02' },
  { by: 'Skabelon Demosen', as: 'keyPerson', area: 'Vold og overgreb', holder: 'Fiktiva Mønster', substitutes: ['Testine Prøvegaard'], telephone: '00 12 34 03', email: 'noegleperson@eksempelby.example' },
  { by: 'Skabelon Demosen', as: 'keyPerson', area: 'Æresrelaterede konflikter', telephone: '00 12 34 04' },
  { by: 'Kladde Patruljen', as: 'contactPerson', kindId: 'section115HandoverMeeting', holder: 'Kladde Patruljen', substitutes: ['Prøve Betjentsen'], telephone: '00 12 35 01', email: 'lokalpoliti@nordsjaelland.example' },
  { by: 'Kladde Patruljen', as: 'keyPerson', area: 'Rådgivning før anmeldelse', holder: 'Eksempla Vagtlund', substitutes: ['Prøve Betjentsen', 'Kladde Patruljen'], telephone: '00 12 35 02' },
  { by: 'Øvelse Koordinatsen', as: 'contactPerson', holder: 'Øvelse Koordinatsen', substitutes: ['Demonika Husmann'], telephone: '00 12 36 01', email: 'koordinator@boernehus.example' },
  { by: 'Øvelse Koordinatsen', as: 'keyPerson', area: 'Sparring om børn under 15 år', holder: 'Påhit Psykeberg', substitutes: ['Demonika Husmann'], telephone: '00 12 36 02' },
  { by: 'Modella Planstrup', as: 'contactPerson', holder: 'Modella Planstrup', substitutes: ['Fabula Rådgård'], telephone: '00 12 37 01', email: 'ssp@taenktby.example' },
  { by: 'Utopia Aftaleby', as: 'keyPerson', area: 'Vold og overgreb', holder: 'Drømme Nøglegaard', substitutes: ['Illusia Rådmark'], telephone: '00 12 38 01' },
];

/** What the authorities of the story say of whom one can ask for: a vacant place among them. */
export async function contacts(desk: StoryDesk, time: StoryTime): Promise<void> {
  const when = time.begun.subtract({ hours: 24 * 40 });
  const membership = (name: string) => desk.who(name, when).membershipId;
  for (const [n, { by, as, kindId, area, holder, substitutes = [], telephone, email }] of register.entries()) {
    await desk.step(`contact ${n}`, when.add({ minutes: n }), async (request) => {
      const made = await desk.contacts.add(
        desk.who(by, when),
        as,
        {
          kindId: kindId ?? null,
          area: area ?? null,
          membershipId: holder === undefined ? null : membership(holder),
          substituteMembershipIds: substitutes.map(membership),
          telephone,
          email: email ?? null,
          validFrom: time.workday(-60).toString(),
          validTo: null,
        },
        request,
      );
      return made.id;
    });
  }
}
