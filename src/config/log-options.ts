/** What can be asked of the log. */

/** As Python's logging names them. */
export const SERVER_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type ServerLevel = (typeof SERVER_LEVELS)[number];

/** As the exercise's Go client names them: with NOTICE. */
export const AGENCY_LEVELS = ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type AgencyLevel = (typeof AGENCY_LEVELS)[number];

export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];
