import { Module } from '@nestjs/common';
import { Directory } from './directory.service.js';
import { DirectorySeed } from './directory-seed.service.js';
import { GuestNames } from './guest-names.service.js';
import { GuestSignIn } from './guest-sign-in.service.js';
import { ItemAccess } from './item-access.service.js';
import { LegalBases } from './legal-bases.service.js';
import { OldGuestNames } from './old-guest-names.service.js';
import { OwnSessions } from './own-sessions.service.js';
import { Policy } from './policy.service.js';
import { Sessions } from './sessions.service.js';

@Module({
  providers: [Directory, DirectorySeed, GuestNames, GuestSignIn, ItemAccess, LegalBases, OldGuestNames, OwnSessions, Policy, Sessions],
  exports: [Directory, DirectorySeed, GuestNames, GuestSignIn, ItemAccess, LegalBases, OldGuestNames, OwnSessions, Policy, Sessions],
})
export class AccessModule {}
