import { Module } from '@nestjs/common';
import { Directory } from './directory.service.js';
import { DirectorySeed } from './directory-seed.service.js';
import { ItemAccess } from './item-access.service.js';
import { Sessions } from './sessions.service.js';

@Module({
  providers: [Directory, DirectorySeed, ItemAccess, Sessions],
  exports: [Directory, DirectorySeed, ItemAccess, Sessions],
})
export class AccessModule {}
