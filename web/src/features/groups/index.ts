/** What other features use of groups. */
export { Board } from './Board'
export { bringSamples, sampleFiles } from './bring'
