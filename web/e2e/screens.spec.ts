import { expect, test } from 'vitest'
import { fits, legible, look } from './screens'
import { Person, useBrowser } from './world'

useBrowser()

const PUBLIC = {
  welcome: '/',
  'sign-up': '/sign-up',
  'sign-in': '/sign-in',
  'reset-password': '/reset-password',
  'complete-reset': '/reset-password/complete#token=none',
  'complete-sign-up': '/sign-up/complete#token=none',
  'confirm-email': '/confirm-email#token=none',
} as const
const OWN = {
  home: '/home',
  projects: '/projects',
  'new-project': '/projects/new',
  history: '/history',
  wallet: '/wallet?missing=12',
  account: '/account',
  help: '/help',
  'not-found': '/nowhere',
} as const

test('pages for everybody can be read and used by anybody', { timeout: 300_000 }, async () => {
  const guest = await Person.arrive()
  for (const [name, address] of Object.entries(PUBLIC)) {
    await guest.open(address)
    await guest.page.locator('main h1').waitFor()
    await guest.settled()
    await look(guest, name)
  }
  await guest.leave()
})

test('pages of who is signed in can be read and used by anybody', { timeout: 600_000 }, async () => {
  const ada = await Person.arrive()
  await ada.join()
  await ada.open('/home')
  await ada.page.getByRole('button', { name: 'Try it with sample clips' }).waitFor()
  await look(ada, 'home-empty')
  for (const name of ['Sol lemonade', 'A campaign with a name so long that it needs two lines at least', '夏日柠檬水'])
    await ada.makeProject(name)
  for (const [name, address] of Object.entries(OWN)) {
    await ada.open(address)
    await ada.page.locator('h1, h2').first().waitFor()
    await ada.settled()
    await look(ada, name)
  }
  await ada.leave()
})

test.for(['en', 'id', 'zh'] as const)('nothing is cut off on a small phone in %s', { timeout: 300_000 }, async (language) => {
  const guest = await Person.arrive({ language })
  const ada = await Person.arrive({ language })
  await ada.join('Ada Lovelace-Byron-King', language)
  await ada.makeProject('Donaudampfschifffahrtsgesellschaftskampagne')
  const project = new URL(ada.page.url()).pathname
  for (const name of ['Hook', 'Donaudampfschifffahrt', '行动号召']) await ada.call('POST', `${project}/groups`, { name, clip_ids: [] })
  const pages = { ...OWN, project, mix: `${project}/mix` }
  for (const [person, addresses] of [[guest, PUBLIC], [ada, pages]] as const)
    for (const [name, address] of Object.entries(addresses)) {
      await person.open(address)
      await person.page.locator('h1, h2').first().waitFor()
      await person.settled()
      expect(await person.page.locator('html').getAttribute('lang')).toBe(language)
      if (name === 'project' || name === 'home') await legible(ada, `${name} ${language}`)
      else await fits(person, `${name} ${language}`)
    }
  await guest.leave()
  await ada.leave()
})
