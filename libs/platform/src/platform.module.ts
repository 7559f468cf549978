import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, SystemClock } from './clock.js';
import { Config } from './config.js';
import type { Database } from './database.js';
import { DomainEvents } from './events.service.js';
import { KeyManagement } from './key-management.js';
import { Idempotency } from './idempotency.service.js';
import { Keyring } from './keyring.service.js';
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
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  static register(options: PlatformOptions): DynamicModule {
    return {
      module: PlatformModule,
      providers: [
        { provide: Config, useValue: options.config },
        { provide: Clock, useValue: options.clock ?? new SystemClock() },
        { provide: DATABASE, useValue: options.database },
        { provide: DataSource, useValue: options.database.dataSource },
        { provide: KeyManagement, useValue: options.keys },
        UnitOfWork,
        Keyring,
        Idempotency,
        DomainEvents,
      ],
      exports: [Config, Clock, DATABASE, DataSource, KeyManagement, UnitOfWork, Keyring, Idempotency, DomainEvents],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
