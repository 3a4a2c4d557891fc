import { test } from 'vitest'
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
  await elsewhere.open('/sign-in')
  await elsewhere.page.locator('input[name=email]').fill(ada.email)
  await elsewhere.page.locator('input[name=password]').fill(ada.password)
  await elsewhere.page.locator('button[type=submit]').click()
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
