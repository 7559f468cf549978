import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Claims } from './claims.service.js';
import { Clock, SystemClock } from './clock.js';
import { Config } from './config.js';
import type { Database } from './database.js';
import { DomainEvents } from './events.service.js';
import { newId } from './ids.js';
import { KeyManagement } from './key-management.js';
import { Idempotency } from './idempotency.service.js';
import { KeyBackups } from './key-backups.service.js';
import { KeyRotation } from './key-rotation.service.js';
import { SealedAnew } from './sealed-anew.service.js';
import { Keyring } from './keyring.service.js';
import { Outbox } from './outbox.service.js';
import { RateLimits } from './rate-limits.service.js';
import { Upkeep } from './upkeep.service.js';
import { UnitOfWork } from './unit-of-work.service.js';

/** The open database; the module closes it when the process ends. */
export const DATABASE = Symbol('database');

export interface PlatformOptions {
  config: Config;
  /** Open, and opened before the modules are assembled, so that its refusal reaches the operator as it is. */
  database: Database;
  /** Read before, for the same reason. */
  keys: KeyManagement;
  clock?: Clock;
}

/** What every lib stands on: configuration, database, keys, clock and events. */
@Global()
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly claims: Claims,
    events: DomainEvents,
    keyring: Keyring,
  ) {
    // Destroyed by another process: this one must not go on reading with a key that it remembers.
    events.on('content.shredded', ({ ids }) => keyring.forget(ids));
    events.on('elsewhere.missed', ({ isMuch }) => (isMuch ? keyring.forgetAll() : undefined));
  }

  static register(options: PlatformOptions): DynamicModule {
    const processId = newId();
    const { line, connections } = options.database;
    return {
      module: PlatformModule,
      providers: [
        { provide: Config, useValue: options.config },
        { provide: Clock, useValue: options.clock ?? new SystemClock() },
        { provide: DATABASE, useValue: options.database },
        { provide: DataSource, useValue: options.database.dataSource },
        { provide: KeyManagement, useValue: options.keys },
        { provide: UnitOfWork, useFactory: (clock: Clock) => new UnitOfWork(connections, clock, line === null ? null : processId), inject: [Clock] },
        { provide: Outbox, useFactory: (events: DomainEvents) => new Outbox(line, processId, events), inject: [DomainEvents] },
        { provide: Claims, useValue: new Claims(line) },
        Keyring,
        KeyRotation,
        KeyBackups,
        Idempotency,
        DomainEvents,
        RateLimits,
        SealedAnew,
        Upkeep,
      ],
      exports: [Config, Clock, DATABASE, DataSource, KeyManagement, UnitOfWork, Keyring, KeyRotation, KeyBackups, Idempotency, DomainEvents, Outbox, Claims, RateLimits, SealedAnew, Upkeep],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.outbox.stop();
    await this.claims.stop();
    await this.database.close();
  }
}
