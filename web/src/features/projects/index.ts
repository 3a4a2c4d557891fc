/** What other features use of projects. */
export { ProjectCard } from './ProjectCard'
