/** The name of an agency's file, made here and read by the agency. */
export const agencyFileName = (agency: number): string => `agency-${agency}.csv`;
