/** The option that each question of an agent has besides its own: an answer in words. */
export const IN_WORDS = 'answer';
