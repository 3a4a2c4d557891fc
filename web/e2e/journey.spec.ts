import { expect, test } from 'vitest'
import { Person, useBrowser } from './world'

useBrowser()

test('a person signs up by mail, makes a project, stays signed in over a reload, and signs out', async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.signUp()
  await page.getByRole('heading', { name: 'Hello, Ada' }).waitFor()
  await page.getByText('100 credits').waitFor()

  await page.getByRole('link', { name: 'New project' }).first().click()
  await page.getByLabel('Name').fill('Sol lemonade')
  await page.getByRole('button', { name: 'Make the project' }).click()
  await page.getByRole('heading', { name: 'Sol lemonade' }).waitFor()
  const address = page.url()

  await page.reload()
  await page.getByRole('heading', { name: 'Sol lemonade' }).waitFor()
  expect(page.url()).toBe(address)

  await page.getByRole('link', { name: 'Account' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')

  await page.goto(address)
  await page.waitForURL('**/sign-in?next=*')
  await page.getByLabel('Email address').fill(ada.email)
  await page.getByLabel('Password', { exact: true }).fill(ada.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Sol lemonade' }).waitFor()
  await ada.leave()
})
