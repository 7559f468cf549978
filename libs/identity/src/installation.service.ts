import { Injectable } from '@nestjs/common';
import { Sessions } from '@lib/access/sessions.service.js';
import { Config } from '@lib/platform/config.js';
import { UnitOfWork } from '@lib/platform/unit-of-work.service.js';
import { Providers } from './providers.service.js';

/** [ID10] What a database is, demo or production, is written at its first start and holds for ever. */
@Injectable()
export class Installation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly config: Config,
    private readonly sessions: Sessions,
    private readonly providers: Providers,
  ) {}

  /**
   * Before anything is written for people.
   *
   * @throws Error for the operator when the mode is not that of the database
   */
  async prepare(): Promise<void> {
    const mode = this.config.SAMRAAD_MODE;
    const { kept, real } = await this.unitOfWork.run(
      async (tx) => {
        await tx.query('INSERT INTO installation (id, mode) VALUES (true, $1) ON CONFLICT DO NOTHING', [mode]);
        const [row] = await tx.query<{ kept: string; real: boolean }>('SELECT mode AS kept, EXISTS (SELECT 1 FROM identity) AS real FROM installation');
        return row!;
      },
      { lane: 'job', as: 'signin' },
    );
    if (mode === 'demo' && (kept === 'production' || real)) throw new Error('Samråd does not start in demo mode on this database: it belongs to a production installation, and in demo mode anybody could sign in as anybody. Set SAMRAAD_MODE=production, or name another database');
    if (mode === 'production' && kept === 'demo') throw new Error('Samråd does not start in production on this database: it was made in demo mode and holds fictional people. Name an empty database');
    await this.sessions.shortenIdle();
    await this.sessions.endOfOtherProviders(this.providers.all.map((one) => ({ id: one.id, authorityIds: one.authorities.map((authority) => authority.id) })));
  }
}
