import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Session } from '@lib/access/sessions.service.js';
import { indicatorIds, type IndicatorId } from '@lib/insight/indicators.js';
import { InsightService } from '@lib/insight/insight.service.js';
import { Asker } from './session.guard.js';
import { AuthorityRef } from './views.dto.js';

class RateView {
  @ApiProperty({ type: 'integer' })
  total!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'How many of them reached the goal; null where there are fewer than three.' })
  reached!: number | null;
}

class MonthRateView extends RateView {
  @ApiProperty({ example: '2026-11', description: 'Danish month.' })
  month!: string;
}

class IndicatorView extends RateView {
  @ApiProperty({ enum: indicatorIds, enumName: 'IndicatorId' })
  id!: IndicatorId;

  @ApiProperty({ type: [MonthRateView], description: 'Twelve, the current one last.' })
  months!: MonthRateView[];
}

class OverdueView {
  @ApiProperty({ type: AuthorityRef })
  authority!: AuthorityRef;

  @ApiProperty({ type: 'integer' })
  decisions!: number;
}

export class InsightView {
  @ApiProperty({ type: [OverdueView], description: 'Overdue decisions that the asker may read, by deciding authority.' })
  overdue!: OverdueView[];

  @ApiProperty({ type: 'integer', description: "Overdue follow-ups of the own authority's people." })
  overdueFollowUps!: number;

  @ApiProperty({ type: [IndicatorView] })
  indicators!: IndicatorView[];
}

@ApiTags('insight')
@Controller('insight')
export class InsightController {
  constructor(private readonly insight: InsightService) {}

  /** What leaders see of their own authority in numbers. */
  @Get()
  @ApiOkResponse({ type: InsightView })
  async read(@Asker() session: Session): Promise<InsightView> {
    return this.insight.read(session);
  }
}
