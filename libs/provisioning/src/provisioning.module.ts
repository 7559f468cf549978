import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { Accounts } from './accounts.service.js';
import { Memberships } from './memberships.service.js';
import { ExternalIds } from './external-ids.service.js';
import { People } from './people.service.js';
import { ScimGroups } from './scim-groups.service.js';
import { ScimUsers } from './scim-users.service.js';
import { ProvisioningTokens } from './tokens.service.js';

@Module({})
export class ProvisioningModule {
  /** @param meetings the registered MeetingsModule @param decisions the registered DecisionsModule */
  static register(meetings: DynamicModule, decisions: DynamicModule): DynamicModule {
    const services = [Accounts, ExternalIds, Memberships, People, ProvisioningTokens, ScimGroups, ScimUsers];
    return { module: ProvisioningModule, imports: [AccessModule, meetings, decisions], providers: services, exports: services };
  }
}
