import { Module } from '@nestjs/common';
import { AccessModule } from '@lib/access/access.module.js';
import { RecordedDisclosures } from './recorded-disclosures.service.js';
import { TrailCheckpoints } from './trail-checkpoints.service.js';
import { TrailItems } from './trail-items.service.js';
import { TrailReader } from './trail-reader.service.js';
import { TrailSamples } from './trail-samples.service.js';
import { TrailMonths } from './trail-months.service.js';
import { Trail } from './trail.service.js';

/** Who was shown what, when and why. */
@Module({
  imports: [AccessModule],
  providers: [Trail, TrailMonths, TrailCheckpoints, TrailItems, TrailReader, TrailSamples, RecordedDisclosures],
  exports: [Trail, TrailMonths, TrailCheckpoints, TrailReader, TrailSamples, RecordedDisclosures],
})
export class TrailModule {}
