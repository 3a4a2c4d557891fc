import { readFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { fileOf } from './files'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('an account says what it uses, and is signed out everywhere by one button', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await Studio.of(ada, [fileOf('life.mp4')])
  const elsewhere = await Person.arrive()
  await elsewhere.signIn(ada.email)
  await elsewhere.page.waitForURL('**/home')

  await ada.open('/account')
  const usage = page.getByTestId('usage')
  await usage.getByText('1 of 500').waitFor()
  await usage.getByText(/^\d+(\.\d+)? [kM]B of 100 GB$/).waitFor()
  await page.getByRole('button', { name: 'Sign out everywhere, here too' }).click()
  await page.waitForURL('**/sign-in')
  await elsewhere.page.waitForURL('**/sign-in*')
  for (const person of [elsewhere, ada]) person.expected(/status of 401/) // a socket that was closed asks for another
  await elsewhere.leave()
  await ada.leave()
})

test('a password that is forgotten is chosen anew, by a link in a mail that works once', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  await ada.join()
  await ada.open('/home')
  await ada.page.getByRole('heading', { level: 1 }).waitFor()
  const elsewhere = await Person.arrive()
  const { page } = elsewhere
  await elsewhere.open('/sign-in')
  await page.getByRole('link', { name: 'Forgot the password?' }).click()
  await page.getByRole('button', { name: 'Send the link' }).waitFor() // or the field is still that of the page before
  await page.locator('input[name=email]').fill(ada.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByRole('heading', { name: 'Look at your mail' }).waitFor()
  const link = await ada.linkInMail('/reset-password/complete')
  await page.goto(link)
  const chosen = 'another sentence, as long as the first'
  await page.locator('input[name=password]').fill(chosen)
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await page.waitForURL('**/home')
  await page.getByText('Your password is changed.').waitFor()
  await ada.page.waitForURL('**/sign-in*') // who was signed in is out

  await page.goto(link)
  await page.locator('input[name=password]').fill('a third one, which nobody shall have')
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await page.getByRole('alert').filter({ hasText: /./ }).waitFor()
  await ada.signIn()
  await ada.page.getByRole('alert').filter({ hasText: /./ }).waitFor()
  await ada.signIn(ada.email, chosen)
  await ada.page.waitForURL('**/home')
  for (const person of [ada, elsewhere]) person.expected(/status of 4\d\d/)
  await elsewhere.leave()
  await ada.leave()
})

test('a name, a password and an address are changed; the new address counts once it is confirmed', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await ada.open('/account')
  const profile = part(page, 'Profile')
  await profile.getByLabel('Name').fill('Ada Byron')
  await profile.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()

  const password = part(page, 'Change the password')
  await password.getByLabel('Present password').fill('not my password at all')
  await password.getByLabel('New password', { exact: true }).fill('another sentence, as long as the first')
  await password.getByRole('button', { name: 'Change the password' }).click()
  await password.locator('input[name=password][aria-invalid=true]').waitFor()
  await password.getByLabel('Present password').fill(ada.password)
  await password.getByRole('button', { name: 'Change the password' }).click()
  await page.getByText('Your password is changed; you are signed out everywhere else.').waitFor()

  const address = part(page, 'Email address')
  const fresh = ada.email.replace('person', 'byron')
  await address.getByLabel('New address').fill(fresh)
  await address.getByLabel('Your password').fill('another sentence, as long as the first')
  await address.getByRole('button', { name: 'Change the address' }).click()
  await address.getByText(`We sent a link to ${fresh}.`).waitFor()
  await address.getByText(ada.email, { exact: true }).waitFor() // as long as nobody opens it
  await page.goto(await ada.linkInMail('/confirm-email', fresh))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('heading', { name: 'Your address is changed' }).waitFor()

  const elsewhere = await Person.arrive()
  await elsewhere.signIn(ada.email, 'another sentence, as long as the first')
  await elsewhere.page.getByRole('alert').filter({ hasText: /./ }).waitFor()
  await elsewhere.signIn(fresh, 'another sentence, as long as the first')
  await elsewhere.page.getByRole('heading', { name: 'Hello, Ada Byron' }).waitFor()
  for (const person of [ada, elsewhere]) person.expected(/status of 4\d\d/)
  await elsewhere.leave()
  await ada.leave()
})

test('all that is kept is asked for and taken home, and then deleted for good', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await Studio.of(ada, [fileOf('life.mp4')])
  await ada.open('/account')
  const data = part(page, 'Your data')
  await data.getByLabel('Your password').fill(ada.password)
  await data.getByRole('button', { name: 'Ask for the archive' }).click()
  await page.getByText('The archive is being made.').waitFor()
  const saved = page.waitForEvent('download')
  await data.getByRole('button', { name: 'Download' }).click() // as soon as it is there
  const archive = readFileSync(await (await saved).path()).toString('latin1')
  expect(archive.slice(0, 2)).toBe('PK')
  expect(archive).toContain('life.mp4')

  const end = part(page, 'Delete the account')
  await end.getByText('100 credits are lost').waitFor()
  await end.getByRole('button', { name: 'I want to delete my account' }).click()
  await end.getByLabel('Your password').fill('not my password at all')
  await end.getByRole('button', { name: 'Delete everything for good' }).click()
  await end.locator('input[name=password][aria-invalid=true]').waitFor()
  await end.getByLabel('Your password').fill(ada.password)
  await end.getByRole('button', { name: 'Delete everything for good' }).click()
  await page.waitForURL('**/sign-in*')
  await page.getByText('Your account is deleted.').waitFor()
  await ada.signIn()
  await page.getByRole('alert').filter({ hasText: /./ }).waitFor()
  ada.expected(/status of 4\d\d/)
  await ada.leave()
})

/** A part of the page of an account. */
const part = (page: Page, title: string): Locator => page.locator('section', { has: page.getByRole('heading', { name: title, exact: true }) })
