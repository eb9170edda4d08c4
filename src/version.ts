/** As package.json says it, which is not in the images; a test holds that they are the same. */
export const VERSION = '0.1.0';
