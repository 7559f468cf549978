import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { Temporal } from 'temporal-polyfill';
import { Problem } from '@lib/contracts/problems.js';
import { spokenLanguage } from '@lib/platform/speaking.js';
import { holidaysBetween, usualClosures } from '@lib/scheduling/holidays.js';

const date = /^\d{4}-\d{2}-\d{2}$/;

export class HolidaysQuery {
  @ApiProperty({ format: 'date', description: 'Inclusive.' })
  @Matches(date)
  from!: string;

  @ApiProperty({ format: 'date', description: 'Exclusive, at most 800 days later.' })
  @Matches(date)
  to!: string;
}

class HolidayView {
  @ApiProperty({ format: 'date' })
  date!: string;

  @ApiProperty({ example: 'Anden påskedag' })
  name!: string;
}

export class HolidayList {
  @ApiProperty({ type: [HolidayView] })
  holidays!: HolidayView[];
}

@ApiTags('calendar')
@Controller()
export class CalendarController {
  /** Danish public holidays, and the days on which most authorities are closed. */
  @Get('holidays')
  @ApiOkResponse({ type: HolidayList })
  holidays(@Query() query: HolidaysQuery): HolidayList {
    const read = (field: 'from' | 'to') => {
      try {
        const day = Temporal.PlainDate.from(query[field]);
        if (day.year >= 1970 && day.year <= 2250) return day;
      } catch {
        // Falls through: whatever is wrong with it, the answer is the same.
      }
      throw new Problem('invalid-input', undefined, [{ field, message: 'Datoen findes ikke.' }]);
    };
    try {
      return { holidays: holidaysBetween(read('from'), read('to'), usualClosures, spokenLanguage()) };
    } catch (error) {
      if (error instanceof RangeError) throw new Problem('invalid-input', undefined, [{ field: 'to', message: 'Vælg højst to år.' }]);
      throw error;
    }
  }
}
