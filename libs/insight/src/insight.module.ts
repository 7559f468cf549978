import { Module } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { InsightService } from './insight.service.js';

@Module({ imports: [AccessModule], providers: [InsightService], exports: [InsightService] })
export class InsightModule {}
