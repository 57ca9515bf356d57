# SPDX-License-Identifier: MIT
#
# Third-party sources: fetched and pinned by tools/fetch_sources, or taken from LWIP_DIR and
# BEARSSL_DIR. Only the files named here are compiled, without our warnings. Files are named,
# not globbed, because they need not be there yet when make reads this.

export LWIP_DIR    ?= .sources/lwip
export BEARSSL_DIR ?= .sources/bearssl

SOURCES_READY := $(LWIP_DIR)/src/core/init.c $(BEARSSL_DIR)/inc/bearssl.h

$(SOURCES_READY) &:
	tools/fetch_sources

LWIP_FILES := \
  $(addprefix core/,def inet_chksum init ip mem memp netif pbuf stats tcp tcp_in tcp_out \
                    timeouts udp) \
  $(addprefix core/ipv4/,dhcp etharp icmp ip4 ip4_addr) \
  $(addprefix core/ipv6/,ethip6 icmp6 ip6 ip6_addr mld6 nd6) \
  netif/ethernet apps/sntp/sntp

# What these check of their callers is asserted with CONFIG_NET_CHECKS only (config/lwipopts.h). In
# pbuf.c the same macro also guards against what a packet lacks.
LWIP_TRUSTING := $(addprefix core/,memp netif tcp tcp_out udp ipv4/dhcp ipv4/etharp)

# HMAC-DRBG over SHA-256.
BEARSSL_FILES := \
  $(addprefix codec/,dec32be enc32be) \
  $(addprefix hash/,dig_size sha2small) \
  mac/hmac rand/hmac_drbg

LIBRARY_SOURCES := $(addprefix $(LWIP_DIR)/src/,$(addsuffix .c,$(LWIP_FILES))) \
                   $(addprefix $(BEARSSL_DIR)/src/,$(addsuffix .c,$(BEARSSL_FILES)))

LIBRARY_INCLUDES = -isystem $(LWIP_DIR)/src/include -isystem $(BEARSSL_DIR)/inc

# BearSSL's own headers; the clock and the seed come from us.
BEARSSL_FLAGS = -I$(BEARSSL_DIR)/inc -I$(BEARSSL_DIR)/src -DBR_USE_UNIX_TIME=0 -DBR_USE_URANDOM=0
